# Reference numbers for what is tried beside the job hazard: one decision taken otherwise, whether a step is
# worth the same everywhere, and whether groups differ. glm, lm and sandwich; derivatives taken numerically.
# Run in the repository's root: Rscript tests/reference/robustness_reference.R
# Writes tests/reference/robustness_reference.csv. Needs R and the package sandwich.
library(sandwich)
library(splines)

rows <- read.csv("tests/reference/small_panel.csv", check.names = FALSE, stringsAsFactors = FALSE)
names(rows) <- gsub(":", "_", names(rows))
number <- as.integer(sub("p", "", rows$person))
# What the file does not hold follows from the person's number; the tests do the same.
rows$caseworker <- ifelse(number %% 29 == 3, NA, number %% 23)
rows$organisation <- number %% 7
rows$proxy <- seq_len(nrow(rows)) %% 11 == 1
# Somebody else answered, now or at the round before.
above <- c(FALSE, rows$person[-1] == rows$person[-nrow(rows)])
rows$proxy <- rows$proxy | (above & c(FALSE, rows$proxy[-nrow(rows)]))
rows$origin <- ifelse(number %% 2 == 0, "native", "foreign")
rows$age_band <- ifelse(rows$age < 35, "18-34", ifelse(rows$age < 50, "35-49", "50-64"))
indicators <- c("job_search", "work_belief")
for (i in indicators) rows[[paste0("level_", i)]] <- rows[[paste0("previous_", i)]] + rows[[paste0("change_", i)]]
base <- c("sex", "region", "age", "round")
exact <- glm.control(epsilon = 1e-14, maxit = 100)

logit <- function(terms, data) glm(reformulate(terms, "outcome"), data = data, family = binomial, control = exact)
clustered <- function(fit, cluster) vcovCL(fit, cluster = cluster, type = "HC1", cadjust = TRUE)
p_of <- function(estimate, se, clusters)
  2 * if (clusters < 50) pt(-abs(estimate / se), clusters - 1) else pnorm(-abs(estimate / se))
gradient <- function(f, b) sapply(seq_along(b), function(k) {
  h <- 1e-5 * max(1, abs(b[k])); up <- b; down <- b; up[k] <- b[k] + h; down[k] <- b[k] - h
  (f(up) - f(down)) / (2 * h)
})
row_of <- function(analysis, indicator, quantity, term, group, estimate, se, p, n)
  data.frame(analysis, indicator, quantity, term, group, estimate, std_error = se, p_value = p, n_rows = n)
effect <- function(f, b, covariance) {
  g <- gradient(f, b)
  c(100 * f(b), 100 * sqrt(drop(g %*% covariance %*% g)))
}
slope <- function(b, x) mean(plogis(drop(x %*% b)) * plogis(-drop(x %*% b)))
wald <- function(contrast, b, covariance) {
  d <- contrast %*% b
  drop(t(d) %*% solve(contrast %*% covariance %*% t(contrast)) %*% d)
}

# One decision taken otherwise, all indicators together.
shown <- as.vector(t(outer(indicators, c("previous_", "change_"), function(i, q) paste0(q, i))))
decided <- function(term, data, cluster) {
  fit <- logit(c(shown, base), data)
  groups <- data[[cluster]]
  covariance <- clustered(fit, groups); b <- coef(fit); x <- model.matrix(fit); n <- length(unique(groups))
  do.call(rbind, lapply(shown, function(name) {
    ame <- effect(function(b) b[[name]] * slope(b, x), b, covariance)
    row_of("job_hazard_sensitivity", sub(".*?_", "", name), sub("_.*", "", name), term, "", ame[1], ame[2],
           p_of(ame[1], ame[2], n), nrow(data))
  }))
}
linear <- function() {
  fit <- lm(reformulate(c(shown, base), "outcome"), data = rows)
  se <- sqrt(diag(clustered(fit, rows$person)))
  do.call(rbind, lapply(shown, function(name) row_of(
    "job_hazard_linear", sub(".*?_", "", name), sub("_.*", "", name), "", "", 100 * coef(fit)[[name]],
    100 * se[[name]], p_of(coef(fit)[[name]], se[[name]], length(unique(rows$person))), nrow(rows))))
}

# Is a step worth the same everywhere?
straight <- function(indicator) {
  level <- rows[[paste0("level_", indicator)]]
  # Steps in proportion to their distance from the first, in a model with a dummy for each.
  fit <- logit(c("factor(level)", base), cbind(rows, level = level)); steps <- sort(unique(level))
  covariance <- clustered(fit, rows$person); b <- coef(fit); x <- model.matrix(fit); m <- length(steps) - 1
  contrast <- matrix(0, m - 1, length(b))
  for (r in seq_len(m - 1)) { contrast[r, 1 + r + 1] <- 1; contrast[r, 2] <- -(steps[r + 2] - steps[1]) / (steps[2] - steps[1]) }
  statistic <- wald(contrast, b, covariance)
  found <- row_of("linearity", indicator, "categories", "", "", statistic, NA,
                  pchisq(statistic, m - 1, lower.tail = FALSE), nrow(rows))
  for (s in seq_len(m)) {
    low <- x; low[, 2:(m + 1)] <- 0; high <- low; high[, 1 + s] <- 1
    d <- effect(function(b) mean(plogis(drop(high %*% b)) - plogis(drop(low %*% b))), b, covariance)
    found <- rbind(found, row_of("linearity", indicator, "level", paste0("step:", steps[s + 1]), "", d[1], d[2],
                                 p_of(d[1], d[2], Inf), nrow(rows)))
  }
  # Any basis of the natural cubic splines with these knots spans the line and the bend.
  bend <- ns(level, knots = mean(range(level)), Boundary.knots = range(level))[, 2]
  fit <- logit(c("level", "bend", base), cbind(rows, level = level, bend = bend))
  statistic <- wald(rbind(c(0, 0, 1, rep(0, length(coef(fit)) - 3))), coef(fit), clustered(fit, rows$person))
  rbind(found, row_of("linearity", indicator, "spline", "", "", statistic, NA,
                      pchisq(statistic, 1, lower.tail = FALSE), nrow(rows)))
}

# Do groups differ?
groups_of <- list(sex_origin = paste(rows$sex, rows$origin, sep = "/"), age_band = rows$age_band)
differing <- function(grouping, indicator) {
  data <- cbind(rows, group = groups_of[[grouping]])
  carries <- sapply(split(data, data$group), function(d) length(unique(d$person)) >= 5 &&
                      min(sum(d$outcome), sum(1 - d$outcome)) >= 8)
  data <- data[data$group %in% names(carries)[carries], ]
  names_of <- paste0(c("previous_", "change_"), indicator)
  others <- setdiff(base, if (grouping == "sex_origin") "sex")
  fit <- logit(c("group", names_of, paste0("group:", names_of), others), data)
  covariance <- clustered(fit, data$person); b <- coef(fit); x <- model.matrix(fit)
  do.call(rbind, lapply(names_of, function(name) {
    inter <- which(grepl("group", names(b)) & grepl(paste0(":", name), names(b), fixed = TRUE))
    contrast <- diag(length(b))[inter, , drop = FALSE]; statistic <- wald(contrast, b, covariance)
    quantity <- sub("_.*", "", name)
    found <- row_of("subgroups", indicator, quantity, grouping, "", statistic, NA,
                    pchisq(statistic, length(inter), lower.tail = FALSE), nrow(data))
    for (g in sort(unique(data$group))) {
      inside <- x[data$group == g, ]
      # A step's worth in the group: the common coefficient and the group's own.
      own <- as.numeric(colnames(x) %in% c(name, paste0("group", g, ":", name)))
      ame <- effect(function(b) sum(own * b) * slope(b, inside), b, covariance)
      found <- rbind(found, row_of("subgroups", indicator, quantity, grouping, paste0(grouping, ":", g),
                                   ame[1], ame[2], p_of(ame[1], ame[2], Inf), nrow(inside)))
    }
    found
  }))
}

reference <- rbind(
  decided("without_proxy", rows[!rows$proxy, ], "person"),
  decided("same_caseworker", rows[!is.na(rows$caseworker), ], "caseworker"),
  decided("same_organisation", rows, "organisation"),
  linear(), straight("job_search"), straight("work_belief"),
  do.call(rbind, lapply(names(groups_of), function(g) do.call(rbind, lapply(indicators, function(i) differing(g, i))))))
reference$quantity <- sub("previous", "level", reference$quantity)
tests <- reference$analysis == "subgroups" & reference$group == ""
reference$p_holm <- NA
reference$p_holm[tests] <- p.adjust(reference$p_value[tests], "holm")
numbers <- c("estimate", "std_error", "p_value", "p_holm")
reference[numbers] <- lapply(reference[numbers], function(x) ifelse(is.na(x), "", sprintf("%.17g", x)))
write.csv(reference, "tests/reference/robustness_reference.csv", row.names = FALSE, quote = FALSE)
cat(R.version.string, "sandwich", as.character(packageVersion("sandwich")), "\n")
