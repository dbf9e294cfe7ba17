# Reference numbers for the weighted Aalen-Johansen curves: survival's survfit on a factor of states.
# Run in the repository's root: Rscript tests/reference/survival_reference.R
# Writes tests/reference/survival_reference.csv. Needs R and the package survival.
library(survival)

persons <- read.csv("tests/reference/survival_persons.csv")
edges <- c(91, 182, 273, 365)
starts <- c(0, 91, 182, 273)

# A row a person and period; a weight holds from the day after `start` to `stop`.
split_rows <- function(p, weighted) do.call(rbind, lapply(seq_len(nrow(p)), function(i) {
  last <- min(p$days[i], 365); cause <- if (p$days[i] > 365) 0 else p$cause[i]
  keep <- starts < last
  if (!any(keep)) return(NULL)
  stop <- pmin(edges[keep], last)
  data.frame(person = p$person[i], start = starts[keep], stop = stop,
             event = ifelse(stop == last, cause, 0),
             weight = if (weighted) unlist(p[i, paste0("w", which(keep))]) else 1)
}))

at <- c(30, 91, 150, 182, 300, 365)
curve <- function(rows, weight) {
  # An id for each row: within an id survfit 3.5 keeps the first row's weight. All rows begin in the same
  # state, so the curve is that of the persons.
  rows$row <- seq_len(nrow(rows))
  rows$weight <- weight
  summary(survfit(Surv(start, stop, event) ~ 1, data = rows, id = row, weights = weight, cluster = person),
          times = at, extend = TRUE)
}
# The infinitesimal jackknife by its definition: how the curve moves with one person's weights. survfit's own
# robust error takes the weights of a cluster's rows as equal; where they are, both say the same (see below).
jackknife <- function(rows, unit = rows$person) {
  step <- 1e-4
  squares <- lapply(unique(unit), function(u) {
    moved <- function(sign) curve(rows, rows$weight * ifelse(unit == u, 1 + sign * step, 1))$pstate
    ((moved(1) - moved(-1)) / (2 * step))^2
  })
  sqrt(Reduce(`+`, squares))
}
describe <- function(name, weighted, collapse) {
  rows <- split_rows(persons, weighted)
  if (collapse) rows$event[rows$event == 2] <- 0
  states <- if (collapse) c("none", "one") else c("none", "one", "two")
  rows$event <- factor(rows$event, seq_along(states) - 1, states)
  found <- curve(rows, rows$weight)
  error <- if (weighted) jackknife(rows) else found$std.err
  if (!weighted) stopifnot(max(abs(error - jackknife(rows))) < 1e-8)
  # Persons alike within seven groups, without a factor for their number.
  grouped <- jackknife(rows, rows$person %% 7)
  do.call(rbind, lapply(states[-1], function(state) {
    column <- which(found$states == state)
    data.frame(curve = name, cause = match(state, states) - 1, day = at,
               share = found$pstate[, column], std_error = error[, column],
               grouped_error = grouped[, column])
  }))
}
reference <- rbind(describe("plain", FALSE, FALSE), describe("weighted", TRUE, FALSE),
                   describe("weighted one cause", TRUE, TRUE))
for (column in c("share", "std_error", "grouped_error")) reference[[column]] <- sprintf("%.17g", reference[[column]])
write.csv(reference, "tests/reference/survival_reference.csv", row.names = FALSE, quote = FALSE)
cat(R.version.string, "survival", as.character(packageVersion("survival")), "\n")
