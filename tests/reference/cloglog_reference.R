# Reference numbers for the complementary log-log hazard: glm with sandwich, and by hand with the observed
# information, since glm's is the expected one.
# Run in the repository's root: Rscript tests/reference/cloglog_reference.R
# Writes tests/reference/cloglog_reference.csv. Needs R and the package sandwich.
library(sandwich)

rows <- read.csv("tests/reference/small_panel.csv", check.names = FALSE, stringsAsFactors = FALSE)
# The most frequent category is the one that the others are contrasted with.
by_frequency <- function(x) { t <- table(x); relevel(factor(x), names(t)[order(-t, names(t))][1]) }
rows$sex <- by_frequency(rows$sex)
rows$region <- by_frequency(rows$region)

fit <- glm(outcome ~ `previous:job_search` + `change:job_search` + `previous:work_belief` +
             `change:work_belief` + sex + region + age + round,
           data = rows, family = binomial(link = "cloglog"),
           control = glm.control(epsilon = 1e-15, maxit = 200))

# The score of every row, and minus its derivative summed over the rows by central differences.
x <- model.matrix(fit)
scores <- function(b) {
  eta <- drop(x %*% b); p <- 1 - exp(-exp(eta))
  x * ((rows$outcome - p) / (p * (1 - p)) * exp(eta - exp(eta)))
}
b <- coef(fit)
observed <- -sapply(seq_along(b), function(k) {
  h <- 1e-5 * max(1e-2, abs(b[k])); up <- b; down <- b; up[k] <- b[k] + h; down[k] <- b[k] - h
  (colSums(scores(up)) - colSums(scores(down))) / (2 * h)
})
observed <- (observed + t(observed)) / 2
within <- rowsum(scores(b), rows$person)
g <- nrow(within); n <- nrow(x); k <- ncol(x)
factor <- g / (g - 1) * (n - 1) / (n - k)
clustered <- factor * solve(observed) %*% crossprod(within) %*% solve(observed)

reference <- data.frame(
  term = gsub("`", "", names(b)), log_hazard_ratio = b, std_error_observed = sqrt(diag(clustered)),
  std_error_expected = sqrt(diag(vcovCL(fit, cluster = rows$person, type = "HC1", cadjust = TRUE))),
  log_likelihood = as.numeric(logLik(fit)), n = n, clusters = g)
# The intercept is no part of the product's results and is left out here too.
reference <- reference[reference$term != "(Intercept)", ]
numbers <- c("log_hazard_ratio", "std_error_observed", "std_error_expected", "log_likelihood")
reference[numbers] <- lapply(reference[numbers], function(x) sprintf("%.17g", x))
write.csv(reference, "tests/reference/cloglog_reference.csv", row.names = FALSE, quote = FALSE)
cat(R.version.string, "sandwich", as.character(packageVersion("sandwich")), "\n")
