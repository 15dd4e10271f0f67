# Makes alternation.json: planned alternation by weighted and centred least squares, and ANCOVA, with clubSandwich's CR2.
# Run in this folder with Debian's r-base-core, r-cran-clubsandwich and r-cran-jsonlite: Rscript alternation.R
suppressMessages({library(clubSandwich); library(jsonlite)})
RNGversion("4.0.0")
clinic <- function(seed, patients, most, probabilities) {
  set.seed(seed)
  do.call(rbind, lapply(seq_len(patients), function(i) {
    n <- sample(seq(max(2, most - 3), most), 1)
    first <- rnorm(1, 52, 12); fall <- rnorm(1, 23, 14)
    given <- sample(probabilities, n, replace = TRUE)
    drawn <- rbinom(n, 1, given)
    level <- first - fall * (1 - exp(-(0:n) / 2.5)) - 3 * cumsum(c(0, drawn))
    score <- pmin(pmax(round(level + rnorm(n + 1, 0, 5)), 0), 80)
    data.frame(patient = i, session_no = seq_len(n), drawn = drawn, probability = given,
               pre = score[1:n], post = score[2:(n + 1)], baseline = score[1])
  }))
}
tested <- function(model, rows, name) {
  found <- coef_test(model, vcov = vcovCR(model, cluster = rows$patient, type = "CR2"), test = "Satterthwaite", coefs = name)
  list(coefficient = found$beta, se = found$SE, df = found$df_Satt, p = found$p_Satt)
}
case <- function(name, ...) {
  rows <- clinic(...)
  share <- mean(rows$drawn)
  weighted <- transform(rows, centred = drawn - share,
                        weight = ifelse(drawn == 1, share / probability, (1 - share) / (1 - probability)))
  wcls <- lm(post ~ centred + pre + baseline + factor(session_no), data = weighted, weights = weight)
  ancova <- lm(post ~ drawn + pre + baseline + factor(session_no), data = rows)
  list(name = name, rows = as.list(rows), wcls = tested(wcls, weighted, "centred"), ancova_cr2 = tested(ancova, rows, "drawn"))
}
made <- list(
  about = paste0("Planned alternation: post-score on a drawn setting with its known probability. ", R.version.string,
                 ", clubSandwich ", packageVersion("clubSandwich"), ": lm with weights, CR2, Satterthwaite."),
  cases = list(
    case("equal probabilities", 1, 20, 6, 0.5),
    case("unequal probabilities", 2, 24, 6, c(0.3, 0.5, 0.7)),
    case("few patients, uneven courses", 3, 8, 10, c(0.25, 0.5, 0.8)),
    case("many patients", 4, 117, 6, c(1/3, 0.5, 2/3))))
write(toJSON(made, digits = 12, auto_unbox = TRUE), "alternation.json")
