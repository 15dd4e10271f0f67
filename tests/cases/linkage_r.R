# Computes the figures of linkage_r.json from the sessions and scores that stand in it, and writes them there again.
# Run in this folder with Debian's r-base-core, r-cran-clubsandwich and r-cran-jsonlite: Rscript linkage_r.R
suppressMessages({library(clubSandwich); library(jsonlite)})
linked <- function(sessions, scores) {
  rows <- list()
  for (who in unique(sessions$patient)) {
    held <- sessions[sessions$patient == who, ]; held <- held[order(held$day), ]
    forms <- scores[scores$patient == who, ]; forms <- forms[order(forms$day), ]
    for (i in seq_len(nrow(held))) {
      before <- forms[forms$day <= held$day[i], ]; after <- forms[forms$day > held$day[i], ]
      if (!nrow(before) || !nrow(after)) next
      pre <- before[nrow(before), ]; post <- after[1, ]
      if (any(held$day[-i] >= pre$day & held$day[-i] < post$day)) next
      if (held$day[i] - pre$day > 14 || post$day - held$day[i] > 21) next
      rows[[length(rows) + 1]] <- data.frame(
        patient = who, no = held$session_no[i], A = held$exposed[i], pre = pre$pcl5, post = post$pcl5, base = forms$pcl5[1],
        earlier = sum(held$exposed[seq_len(i - 1)]), last = if (i > 1) held$exposed[i - 1] else 0)
    }
  }
  rows <- do.call(rbind, rows)
  transform(rows, patient = factor(patient), no = factor(no))
}
figures <- function(case) {
  d <- linked(as.data.frame(case$sessions), as.data.frame(case$scores))
  tested <- function(model) {
    found <- coef_test(model, vcov = vcovCR(model, cluster = d$patient, type = "CR2"), test = "Satterthwaite", coefs = "A")
    list(coefficient = found$beta, se = found$SE, df = found$df_Satt, p = found$p_Satt)
  }
  model <- function(points, fades) {
    gone <- if (fades) d$last else d$earlier
    e <- transform(d, pre = pre - points * gone, post = post - points * (if (fades) A else A + earlier))
    lm(post ~ A + pre + no + patient, data = e)
  }
  estimate <- function(fades) {
    slope <- function(points) coef(model(points, fades))["A"]
    beyond <- function(points) { found <- tested(model(points, fades)); abs(found$coefficient / found$se) - qt(.975, found$df) }
    root <- function(f, from, to) tryCatch(uniroot(f, c(from, to), tol = 1e-11)$root, error = function(e) NA)
    points <- root(slope, -60, 60)
    list(estimate = points, ci_low = root(beyond, points - 300, points - 1e-6), ci_high = root(beyond, points + 1e-6, points + 300))
  }
  case$linked <- nrow(d)
  case$g_estimate <- estimate(FALSE); case$g_estimate_fading <- estimate(TRUE)
  case$test_at_zero <- tested(model(0, FALSE))
  case$ancova_cr2 <- tested(lm(post ~ A + pre + base + no, data = d))
  case$fixed_effects_change_cr2 <- tested(lm(I(post - pre) ~ A + no + patient, data = d))
  case
}
all <- fromJSON("linkage_r.json", simplifyDataFrame = FALSE)
all$cases <- lapply(all$cases, figures)
write(toJSON(all, digits = 12, auto_unbox = TRUE, na = "null"), "linkage_r.json")
