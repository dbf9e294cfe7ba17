# Reference numbers for the logit with Firth's penalty: brglm2 (mean bias reduction, which for a logit is Firth's),
# the constant then refitted with the rest as an offset (FLIC), sandwich and derivatives from these parameters.
# Run in the repository's root: Rscript tests/reference/firth_reference.R
# Writes tests/reference/firth_reference.csv. Needs R and the package brglm2.
library(brglm2)

rows <- read.csv("tests/reference/small_panel.csv", check.names = FALSE, stringsAsFactors = FALSE)
by_frequency <- function(x) { t <- table(x); relevel(factor(x), names(t)[order(-t, names(t))][1]) }
rows$sex <- by_frequency(rows$sex)
rows$region <- by_frequency(rows$region)

# As vcovCL(type = "HC1", cadjust = TRUE) does, at parameters that no fit of sandwich's holds.
clustered <- function(x, y, b, cluster) {
  p <- plogis(drop(x %*% b)); n <- nrow(x); k <- ncol(x)
  bread <- solve(crossprod(x, x * (p * (1 - p))))
  scores <- rowsum(x * (y - p), cluster); g <- nrow(scores)
  g / (g - 1) * (n - 1) / (n - k) * bread %*% crossprod(scores) %*% bread
}
effects <- function(x, b, covariance) {
  ame <- function(b) { p <- plogis(drop(x %*% b)); b * mean(p * (1 - p)) }
  jacobian <- sapply(seq_along(b), function(k) {
    h <- 1e-5 * max(1, abs(b[k])); up <- b; down <- b; up[k] <- b[k] + h; down[k] <- b[k] - h
    (ame(up) - ame(down)) / (2 * h)
  })
  list(ame = ame(b), se = sqrt(diag(jacobian %*% covariance %*% t(jacobian))))
}
describe <- function(model, terms) {
  formula <- as.formula(paste("outcome ~", paste(sprintf("`%s`", terms), collapse = " + ")))
  fit <- glm(formula, data = rows, family = binomial, method = "brglmFit", type = "AS_mean",
             control = list(epsilon = 1e-12, maxit = 10000))
  x <- model.matrix(fit); b <- coef(fit); y <- as.numeric(fit$y)
  rest <- drop(x[, -1] %*% b[-1])
  b[1] <- coef(glm(y ~ 1 + offset(rest), family = binomial, control = glm.control(epsilon = 1e-15, maxit = 100)))
  covariance <- clustered(x, y, b, rows$person); e <- effects(x, b, covariance)
  data.frame(model = model, term = gsub("`", "", names(b)), log_odds = b, std_error = sqrt(diag(covariance)),
             ame = e$ame, ame_se = e$se, clusters = length(unique(rows$person)))
}

base <- c("sex", "region", "age", "round")
indicators <- c("job_search", "work_belief")
both <- as.vector(rbind(paste0("previous:", indicators), paste0("change:", indicators)))
reference <- rbind(
  describe("alone job_search", c("previous:job_search", "change:job_search", base)),
  describe("adjusted", c(both, base)))
numbers <- c("log_odds", "std_error", "ame", "ame_se")
reference[numbers] <- lapply(reference[numbers], function(x) sprintf("%.17g", x))
write.csv(reference, "tests/reference/firth_reference.csv", row.names = FALSE, quote = FALSE)
cat(R.version.string, "brglm2", as.character(packageVersion("brglm2")), "\n")
