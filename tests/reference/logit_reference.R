# Reference numbers for the logit of the job hazard: glm, sandwich and derivatives taken numerically.
# Run in the repository's root: Rscript tests/reference/logit_reference.R
# Writes tests/reference/logit_reference.csv. Needs R and the package sandwich.
library(sandwich)

rows <- read.csv("tests/reference/small_panel.csv", check.names = FALSE, stringsAsFactors = FALSE)
# The most frequent category is the one that the others are contrasted with.
by_frequency <- function(x) { t <- table(x); relevel(factor(x), names(t)[order(-t, names(t))][1]) }
rows$sex <- by_frequency(rows$sex)
rows$region <- by_frequency(rows$region)

fit_model <- function(terms) {
  formula <- as.formula(paste("outcome ~", paste(sprintf("`%s`", terms), collapse = " + ")))
  glm(formula, data = rows, family = binomial, control = glm.control(epsilon = 1e-14, maxit = 100))
}

# Average derivative of the probability and its delta-method error, every derivative by central difference.
effects <- function(fit, covariance) {
  x <- model.matrix(fit)
  ame <- function(b) { p <- plogis(drop(x %*% b)); b * mean(p * (1 - p)) }
  b <- coef(fit)
  jacobian <- sapply(seq_along(b), function(k) {
    h <- 1e-5 * max(1, abs(b[k])); up <- b; down <- b; up[k] <- b[k] + h; down[k] <- b[k] - h
    (ame(up) - ame(down)) / (2 * h)
  })
  list(ame = ame(b), se = sqrt(diag(jacobian %*% covariance %*% t(jacobian))))
}

describe <- function(model, terms) {
  fit <- fit_model(terms)
  covariance <- vcovCL(fit, cluster = rows$person, type = "HC1", cadjust = TRUE)
  e <- effects(fit, covariance)
  data.frame(model = model, term = gsub("`", "", names(coef(fit))), log_odds = coef(fit),
             std_error = sqrt(diag(covariance)), ame = e$ame, ame_se = e$se,
             log_likelihood = as.numeric(logLik(fit)), n = nrow(rows), clusters = length(unique(rows$person)))
}

base <- c("sex", "region", "age", "round")
indicators <- c("job_search", "work_belief")
both <- as.vector(rbind(paste0("previous:", indicators), paste0("change:", indicators)))
reference <- rbind(
  describe("alone job_search", c("previous:job_search", "change:job_search", base)),
  describe("adjusted", c(both, base)))
# The intercept is no part of the product's results and is left out here too.
reference <- reference[reference$term != "(Intercept)", ]
p <- 2 * pnorm(-abs(reference$log_odds / reference$std_error))
changes <- reference$model == "adjusted" & grepl("^change:", reference$term)
reference$p_holm <- NA
reference$p_holm[changes] <- p.adjust(p[changes], "holm")
numbers <- c("log_odds", "std_error", "ame", "ame_se", "log_likelihood", "p_holm")
reference[numbers] <- lapply(reference[numbers], function(x) ifelse(is.na(x), "", sprintf("%.17g", x)))
write.csv(reference, "tests/reference/logit_reference.csv", row.names = FALSE, quote = FALSE)
cat(R.version.string, "sandwich", as.character(packageVersion("sandwich")), "\n")
