# Reference numbers for Rubin's rules: pool.scalar of the package mice.
# Run in the repository's root: Rscript tests/reference/missing_rubin_reference.R
# Writes tests/reference/missing_rubin_reference.csv: a row a case, the draws joined by a semicolon.
# Needs R and the package mice.
suppressMessages(library(mice))
RNGkind("Mersenne-Twister", "Inversion", "Rejection")
set.seed(20260101)
cases <- expand.grid(m = c(2, 5, 10, 30), clusters = c(6, 40, 3000), spread = c(0.02, 0.05, 0.4))
numbers <- function(x) paste(formatC(x, digits = 17, format = "g"), collapse = ";")
made <- lapply(seq_len(nrow(cases)), function(i) {
  case <- cases[i, ]
  values <- round(0.3 + case$spread * drop(scale(rnorm(case$m))), 6)
  errors <- round(0.14 * runif(case$m, 0.8, 1.2), 6)
  # mice takes the degrees of freedom without missing data as n - k, and no share of the variance that comes
  # from the draws for less than 1e-4: the draws here lie further apart.
  found <- pool.scalar(values, errors^2, n = case$clusters, k = 1)
  data.frame(clusters = case$clusters, values = numbers(values), errors = numbers(errors),
             value = numbers(found$qbar), variance = numbers(found$t), df = numbers(found$df), fmi = numbers(found$fmi))
})
write.csv(do.call(rbind, made), "tests/reference/missing_rubin_reference.csv", row.names = FALSE, quote = FALSE)
