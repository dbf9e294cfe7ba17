# Reference numbers for what else follows from the logit: odds ratios, risk ratios of one step more with
# derivatives taken numerically, and a fit with weights.
# Run in the repository's root: Rscript tests/reference/logit_ratios_reference.R
# Writes tests/reference/logit_ratios_reference.csv. Needs R and the package sandwich.
library(sandwich)

rows <- read.csv("tests/reference/small_panel.csv", check.names = FALSE, stringsAsFactors = FALSE)
names(rows) <- gsub(":", "_", names(rows))
rows$even <- 1
rows$aged <- 0.5 + rows$age / 40
terms <- c("previous_job_search", "change_job_search", "previous_work_belief", "age", "round")

# The average probability after one step more of each term, over that as it is.
log_ratios <- function(b, x, w) {
  now <- sum(w * plogis(drop(x %*% b)))
  sapply(terms, function(term) {
    more <- x; more[, term] <- more[, term] + 1
    log(sum(w * plogis(drop(more %*% b)))) - log(now)
  })
}

describe <- function(weights) {
  rows$w <- rows[[weights]]
  fit <- suppressWarnings(glm(reformulate(terms, "outcome"), data = rows, family = binomial, weights = w,
                              control = glm.control(epsilon = 1e-14, maxit = 100)))
  covariance <- vcovCL(fit, cluster = rows$person, type = "HC1", cadjust = TRUE)
  x <- model.matrix(fit); b <- coef(fit)
  jacobian <- sapply(seq_along(b), function(k) {
    h <- 1e-5 * max(1, abs(b[k])); up <- b; down <- b; up[k] <- b[k] + h; down[k] <- b[k] - h
    (log_ratios(up, x, rows$w) - log_ratios(down, x, rows$w)) / (2 * h)
  })
  se <- sqrt(diag(covariance))[terms]
  rr_se <- sqrt(diag(jacobian %*% covariance %*% t(jacobian)))
  log_rr <- log_ratios(b, x, rows$w)
  z <- qnorm(0.975)
  data.frame(weights = weights, term = terms, log_odds = b[terms], std_error = se,
             odds_ratio = exp(b[terms]), or_low = exp(b[terms] - z * se), or_high = exp(b[terms] + z * se),
             risk_ratio = exp(log_rr), log_rr_se = rr_se,
             rr_low = exp(log_rr - z * rr_se), rr_high = exp(log_rr + z * rr_se))
}

reference <- rbind(describe("even"), describe("aged"))
numbers <- setdiff(names(reference), c("weights", "term"))
reference[numbers] <- lapply(reference[numbers], function(x) sprintf("%.17g", x))
write.csv(reference, "tests/reference/logit_ratios_reference.csv", row.names = FALSE, quote = FALSE)
cat(R.version.string, "sandwich", as.character(packageVersion("sandwich")), "\n")
