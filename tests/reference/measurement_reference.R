# Reference numbers for the measurement: psych, and what psych does not have written out here.
# Run in the repository's root: Rscript tests/reference/measurement_reference.R
# Writes tests/reference/measurement_answers.csv (the rows) and measurement_reference.csv (the numbers).
# Needs R and the package psych.
suppressMessages(library(psych))

# 80 persons, five items of five steps: the participant at two rounds, the caseworker at the first.
RNGkind("Mersenne-Twister", "Inversion", "Rejection")
set.seed(20260101)
persons <- 80
items <- c("a", "b", "c", "d", "e")
steps <- function(x) pmin(5, pmax(1, round(3 + 1.2 * x)))
draw <- function(latent, noise) sapply(seq_along(items), function(j)
  steps((0.5 + 0.08 * j) * latent + noise * (0.5 + 0.1 * j) * rnorm(persons) + 0.1 * (j - 3)))
latent <- rnorm(persons)
named <- function(x, prefix) { colnames(x) <- paste0(prefix, items); x }
rows <- data.frame(person = seq_len(persons), named(draw(latent, 0.9), "first_"),
                   named(draw(latent + 0.2 + 0.4 * rnorm(persons), 0.9), "second_"),
                   named(draw(latent - 0.1, 1.1), "caseworker_"))
write.csv(rows, "tests/reference/measurement_answers.csv", row.names = FALSE, quote = FALSE)
first <- as.matrix(rows[paste0("first_", items)])

# psych searches with L-BFGS-B over the uniquenesses.
fit <- fa(cor(first), 1, fm = "minres", n.obs = persons)
omega_psych <- suppressMessages(suppressWarnings(omega(first, nfactors = 1, plot = FALSE)))$omega.tot
# The same minimum without psych: squared residuals off the diagonal, by BFGS from psych's loadings.
off <- function(l) { r <- cor(first) - tcrossprod(l); sum(r[upper.tri(r)]^2) }
gradient <- function(l) { r <- cor(first) - tcrossprod(l); diag(r) <- 0; -2 * drop(r %*% l) }
best <- optim(as.numeric(fit$loadings), off, gradient, method = "BFGS", control = list(reltol = 1e-16, maxit = 5000))
omega_direct <- 1 - sum(1 - best$par^2) / sum(cor(first))

reliability <- suppressWarnings(alpha(first, warnings = FALSE))
made <- list()
say <- function(what, item, value, low = NA, high = NA, error = NA)
  made[[length(made) + 1]] <<- data.frame(what, item, value, low, high, error)
say("alpha", "", reliability$total$raw_alpha, reliability$feldt$lower.ci[[1]], reliability$feldt$upper.ci[[1]])
say("omega_psych", "", omega_psych)
say("omega", "", omega_direct)

# Delta-method error of a quadratically weighted kappa: Fleiss, Cohen and Everitt (1969), formula 16.
kappa_error <- function(x, y) {
  p <- table(factor(x, 1:5), factor(y, 1:5)) / length(x)
  w <- 1 - outer(1:5, 1:5, "-")^2 / 16
  r <- rowSums(p); s <- colSums(p)
  po <- sum(w * p); pe <- sum(w * outer(r, s))
  wr <- drop(w %*% s); ws <- drop(r %*% w)
  inner <- w * (1 - pe) - outer(wr, ws, "+") * (1 - po)
  sqrt((sum(p * inner^2) - (po * pe - 2 * pe + po)^2) / (length(x) * (1 - pe)^4))
}
for (item in items) {
  both <- cbind(rows[[paste0("first_", item)]], rows[[paste0("caseworker_", item)]])
  found <- suppressWarnings(cohen.kappa(both, levels = 1:5))
  say("kappa", item, found$weighted.kappa, error = kappa_error(both[, 1], both[, 2]))
  twice <- rows[paste0(c("first_", "second_"), item)]
  result <- ICC(twice, lmer = FALSE)$results[2, ]
  say("icc", item, result$ICC, result$`lower bound`, result$`upper bound`)
  # Error of measurement: the residual mean square of aov with persons and rounds.
  long <- data.frame(value = unlist(twice), person = factor(rep(rows$person, 2)), round = factor(rep(0:1, each = persons)))
  residual <- anova(lm(value ~ person + round, long))["Residuals", "Mean Sq"]
  say("error_of_measurement", item, sqrt(residual))
  difference <- both[, 2] - both[, 1]
  say("mean_difference", item, mean(difference), mean(difference) - 1.96 * sd(difference), mean(difference) + 1.96 * sd(difference))
}
w <- prop.test(7, 80, correct = FALSE)$conf.int
say("wilson", "7 of 80", 7 / 80, w[1], w[2])

reference <- do.call(rbind, made)
for (name in c("value", "low", "high", "error"))
  reference[[name]] <- ifelse(is.na(reference[[name]]), "", sprintf("%.17g", reference[[name]]))
write.csv(reference, "tests/reference/measurement_reference.csv", row.names = FALSE, quote = FALSE)
cat(R.version.string, "psych", as.character(packageVersion("psych")), "\n")
