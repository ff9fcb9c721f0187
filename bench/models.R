# The same jobs in R, side by side with bench/models.ts: CPU seconds of a base-R closed form and of an lsoda run.
# Rscript bench/models.R < jobs.json ; prints {"job": cpu seconds, ...}
suppressMessages({library(deSolve); library(jsonlite)})
jobs <- fromJSON(file("stdin"), simplifyVector = TRUE)
cpu <- function(times, expression) {
  f <- substitute(expression); env <- parent.frame()
  taken <- sapply(seq_len(times), function(i) sum(system.time(eval(f, env))[1:2]))
  median(taken)
}
ctmi <- function(T, mu, mn, op, mx) ifelse(T <= mn | T >= mx, 0,
  mu * (T - mx) * (T - mn)^2 / ((op - mn) * ((op - mn) * (T - op) - (op - mx) * (op + mn - 2 * T))))
week <- jobs$week
node <- c(-0.9061798459386640, -0.5384693101056831, 0, 0.5384693101056831, 0.9061798459386640)
weight <- c(0.2369268850561891, 0.4786286704993665, 0.5688888888888889, 0.4786286704993665, 0.2369268850561891)
closed <- function() {
  h <- week$time_h; T <- week$T_c; n <- length(h)
  M <- numeric(n)
  for (i in 2:n) {
    mid <- (T[i] + T[i - 1]) / 2; half <- (T[i] - T[i - 1]) / 2
    M[i] <- M[i - 1] + (h[i] - h[i - 1]) / 2 * sum(weight * ctmi(mid + half * node, 1.05, -1.5, 34, 42))
  }
  q0 <- 1 / (exp(1.2) - 1); n0 <- 10^(3 - 8.6); A <- log(1 + q0 * exp(M)) - log(1 + q0)
  3 + (A - log(1 + n0 * (exp(A) - 1))) / log(10)
}
solver <- function() {
  temperature <- approxfun(week$time_h, week$T_c, rule = 2)
  rhs <- function(t, y, p) {
    mu <- ctmi(temperature(t), 1.05, -1.5, 34, 42)
    list(c(mu / (1 + exp(-y[2])) * (1 - exp(y[1] - 8.6 * log(10))), mu))
  }
  lsoda(c(3 * log(10), -log(exp(1.2) - 1)), week$time_h, rhs, NULL, rtol = 1e-8, atol = 1e-8, hmax = 0.25)
}
draws <- function() {
  n <- jobs$draws
  b <- rnorm(n, 0.0239, 0.0012); Tm <- rnorm(n, -2.5, 0.6); h0 <- pmax(1e-6, rnorm(n, 1.1, 0.35)); y0 <- rnorm(n, 3.2, 0.25)
  q0 <- 1 / (exp(h0) - 1); n0 <- 10^(y0 - 8.6); nl <- 10^(7 - 8.6)
  A <- log(nl * (1 - n0) / (n0 * (1 - nl)))
  quantile(log((exp(A) * (1 + q0) - 1) / q0) / (b * (5 - Tm))^2, c(0.05, 0.5, 0.95))
}
static <- jobs$static
nlsFit <- function() nls(logN ~ y0 + (mu * (t + log(exp(-mu * t) + exp(-mu * lag) - exp(-mu * t - mu * lag)) / mu) -
    log(1 + (exp(mu * (t + log(exp(-mu * t) + exp(-mu * lag) - exp(-mu * t - mu * lag)) / mu)) - 1) / 10^(ym - y0))) / log(10),
  data = list(t = static$time_h, logN = static$logN), start = list(lag = 4, mu = 0.4, y0 = 3.3, ym = 8.5))
cat(toJSON(list(
  week_closed_form = cpu(7, closed()), week_lsoda = cpu(3, solver()),
  week_final_closed = tail(closed(), 1), week_final_lsoda = tail(solver()[, 2], 1) / log(10),
  draws = cpu(9, for (k in 1:20) draws()) / 20, static_fit = cpu(9, for (k in 1:5) nlsFit()) / 5
), auto_unbox = TRUE, digits = NA), "\n")
