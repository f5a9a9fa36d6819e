# Writes classical_tests.json beside this script: tests of R's stats package, exact p of rank tests by plain enumeration,
# and by their formulas what R lacks (Dunn, Games-Howell, Nemenyi, Newcombe's interval, Levene).
# Debian: apt-get install r-base-core r-cran-jsonlite; run in this folder: Rscript classical_tests.R
library(jsonlite)

two_groups <- list(
  plain = list(c(5.1, 4.9, 6.2, 5.7, 6.6, 5.8, 7.0), c(4.1, 5.0, 4.4, 3.9, 5.2, 4.6, 4.9, 4.0, 4.7, 3.6)),
  tiny = list(c(1.2, 3.4), c(2.2, 5.9, 7.7)),
  tied = list(c(1, 2, 2, 3, 3, 3, 4), c(2, 3, 3, 4, 5, 5)),
  unequal = list(c(0.3, 0.9, 0.1), ((0:24 * 37) %% 101) / 40),
  "far from zero" = list(1e9 + c(1, 2.5, 4, 3), 1e9 + c(2, 6, 5.5, 7, 9)),
  apart = list(c(10, 11, 12.5, 13, 19), c(1, 2, 3.5, 4)),
  "one constant" = list(c(3, 3, 3, 3), c(1, 4, 2, 8, 5))
)
pairs <- list(
  plain = list(c(12.1, 9.8, 14.4, 11.0, 13.3, 10.2, 15.1, 9.9), c(11.0, 10.1, 12.2, 9.5, 13.0, 8.8, 12.9, 9.0)),
  "ties and zeros" = list(c(4, 6, 3, 8, 5, 7, 7, 2, 9, 5), c(3, 6, 5, 6, 5, 4, 5, 3, 6, 4)),
  three = list(c(1.5, 2.5, 9.0), c(1.0, 3.5, 2.0)),
  long = list(((0:44 * 29) %% 61) / 8, ((0:44 * 17) %% 53) / 8)
)
groups <- list(
  plain = list(c(6.9, 5.4, 5.8, 4.6, 4.0), c(8.3, 6.8, 7.8, 9.2, 6.5), c(8.0, 10.5, 8.1, 6.9, 9.3)),
  unequal = list(c(1.2, 2.9, 2.1), c(3.3, 4.8, 4.1, 5.7, 3.9, 4.4), c(2.2, 6.1, 3.0, 2.7), c(9.0, 5.5)),
  tied = list(c(1, 2, 2, 3), c(2, 3, 3, 4, 4), c(3, 4, 4, 5, 5, 5)),
  two = list(c(0.1, 0.4, 0.3), c(0.9, 0.2, 0.8, 1.1))
)
tables <- list(
  plain = rbind(c(7.1, 8.0, 9.9, 9.1), c(5.2, 7.7, 8.1, 7.0), c(6.6, 6.1, 9.0, 9.9), c(8.4, 8.8, 8.6, 11.2),
    c(4.1, 6.0, 7.3, 6.2), c(7.7, 9.9, 8.0, 10.0)),
  tied = rbind(c(1, 2, 2), c(2, 2, 3), c(1, 3, 3), c(2, 1, 3), c(1, 2, 4), c(2, 2, 2), c(1, 1, 3)),
  many = outer(0:11, 0:4, function(i, j) (i * 7 + j * j * 3 + (i * j * 13) %% 11) / 5)
)
sides <- c("two-sided", "less", "greater")

u <- function(x) unbox(as.numeric(x))
finite <- function(x) unbox(if (is.finite(x)) as.numeric(x) else NA)
plain_test <- function(r) list(statistic = u(r$statistic), p = u(r$p.value))
t_result <- function(r) {
  c(plain_test(r), list(df = u(r$parameter), low = finite(r$conf.int[1]), high = finite(r$conf.int[2])))
}
root <- function(f, low, high) uniroot(f, c(low, high), tol = 1e-14, maxiter = 10000)$root
nct_interval <- function(t, df, scale) {
  reach <- 6 + 4 * sqrt(1 + t^2 / (2 * df))
  ends <- sapply(c(0.975, 0.025), function(share) root(function(nc) pt(t, df, nc) - share, t - reach, t + reach))
  ends * scale
}
one_tail <- function(less, more, side) switch(side, less = less, greater = more, min(1, 2 * min(less, more)))

exact_rank_sum <- function(a, b, side) {
  ranks <- rank(c(a, b))
  sums <- combn(length(ranks), length(a), function(at) sum(ranks[at]))
  observed <- sum(ranks[seq_along(a)])
  one_tail(mean(sums <= observed + 1e-9), mean(sums >= observed - 1e-9), side)
}
signed_ranks <- function(d, pratt) {
  r <- rank(abs(if (pratt) d else d[d != 0]))
  list(ranks = if (pratt) r[d != 0] else r, positive = d[d != 0] > 0)
}
exact_signed_rank <- function(d, pratt, side) {
  s <- signed_ranks(d, pratt)
  sums <- as.matrix(expand.grid(rep(list(0:1), length(s$ranks)))) %*% s$ranks
  observed <- sum(s$ranks[s$positive])
  one_tail(mean(sums <= observed + 1e-9), mean(sums >= observed - 1e-9), side)
}
normal_signed_rank <- function(d, pratt, side, corrected) {
  s <- signed_ranks(d, pratt)
  z <- sum(s$ranks[s$positive]) - sum(s$ranks) / 2
  shift <- if (!corrected) 0 else switch(side, less = -0.5, greater = 0.5, sign(z) * 0.5)
  z <- (z - shift) / sqrt(sum(s$ranks^2) / 4)
  switch(side, less = pnorm(z), greater = pnorm(z, lower.tail = FALSE), 2 * pnorm(-abs(z)))
}
newcombe <- function(value, n1, n2) {
  n <- (n1 + n2) / 2
  f <- function(a) (a - value)^2 - qnorm(0.975)^2 * a * (1 - a) * (2 * n - 1 - (3 * n - 3) / ((2 - a) * (1 + a))) / (n1 * n2)
  c(if (value == 0) 0 else root(f, 1e-15, value - if (value == 1) 1e-9 else 0),
    if (value == 1) 1 else root(f, value + if (value == 0) 1e-9 else 0, 1 - 1e-15))
}

describe_two <- function(lists) {
  a <- lists[[1]]; b <- lists[[2]]
  n1 <- length(a); n2 <- length(b); df <- n1 + n2 - 2
  student <- t.test(a, b, var.equal = TRUE)
  scale <- sqrt(1 / n1 + 1 / n2)
  t <- unname(student$statistic)
  w <- suppressWarnings(wilcox.test(a, b, exact = FALSE))$statistic
  differences <- sort(outer(a, b, "-"))
  at <- max(1, qwilcox(0.025, n1, n2))
  list(
    first = a, second = b,
    student = sapply(sides, function(s) t_result(t.test(a, b, var.equal = TRUE, alternative = sub("-", ".", s))), simplify = FALSE),
    welch = t_result(t.test(a, b)),
    cohen = list(d = u(t * scale), interval = nct_interval(t, df, scale),
      g = u(t * scale * exp(lgamma(df / 2) - lgamma((df - 1) / 2)) / sqrt(df / 2))),
    rankSum = sapply(sides, function(s) list(
      normal = plain_test(wilcox.test(a, b, alternative = sub("-", ".", s), exact = FALSE, correct = FALSE)),
      "normal-corrected" = plain_test(wilcox.test(a, b, alternative = sub("-", ".", s), exact = FALSE, correct = TRUE)),
      exact = list(statistic = u(w), p = u(exact_rank_sum(a, b, s)))), simplify = FALSE),
    superiority = list(value = u(w / (n1 * n2)), interval = newcombe(unname(w) / (n1 * n2), n1, n2)),
    shift = list(estimate = u(median(differences)), low = u(differences[at]), high = u(rev(differences)[at]))
  )
}

describe_pairs <- function(lists) {
  a <- lists[[1]]; b <- lists[[2]]; d <- a - b; n <- length(d)
  t <- t.test(a, b, paired = TRUE)
  averages <- outer(d, d, "+") / 2
  averages <- sort(averages[upper.tri(averages, diag = TRUE)])
  at <- max(1, qsignrank(0.025, n))
  p <- list()
  for (s in sides) for (zeros in c("wilcoxon", "pratt")) {
    p[[paste(s, zeros, "normal")]] <- u(normal_signed_rank(d, zeros == "pratt", s, FALSE))
    p[[paste(s, zeros, "normal-corrected")]] <- u(normal_signed_rank(d, zeros == "pratt", s, TRUE))
    if (n <= 12) p[[paste(s, zeros, "exact")]] <- u(exact_signed_rank(d, zeros == "pratt", s))
  }
  # R's own, which drops zeros, agrees with the formula.
  r <- suppressWarnings(wilcox.test(a, b, paired = TRUE, exact = FALSE, correct = TRUE)$p.value)
  stopifnot(abs(r - p[["two-sided wilcoxon normal-corrected"]]) < 1e-12)
  list(first = a, second = b, t = t_result(t),
    dz = list(value = u(t$statistic / sqrt(n)), interval = nct_interval(unname(t$statistic), n - 1, 1 / sqrt(n))),
    center = list(estimate = u(median(averages)), low = u(averages[at]), high = u(rev(averages)[at])),
    signedRank = p)
}

describe_groups <- function(lists) {
  k <- length(lists); sizes <- lengths(lists); n <- sum(sizes)
  x <- unlist(lists); g <- factor(rep(seq_len(k), sizes))
  means <- sapply(lists, mean); variances <- sapply(lists, var)
  between <- sum(sizes * (means - mean(x))^2); within <- sum((sizes - 1) * variances); mse <- within / (n - k)
  f <- between / (k - 1) / mse
  noncentrality <- sapply(c(0.975, 0.025), function(share) {
    if (pf(f, k - 1, n - k) <= share) 0 else root(function(nc) pf(f, k - 1, n - k, nc) - share, 1e-9, 300)
  })
  welch <- oneway.test(x ~ g)
  at <- combn(k, 2)
  i <- at[1, ]; j <- at[2, ]
  difference <- means[i] - means[j]
  error <- sqrt(mse / 2 * (1 / sizes[i] + 1 / sizes[j]))
  width <- qtukey(0.95, k, n - k) * error
  v <- variances / sizes
  games_df <- (v[i] + v[j])^2 / (v[i]^2 / (sizes[i] - 1) + v[j]^2 / (sizes[j] - 1))
  games_q <- abs(difference) / sqrt((v[i] + v[j]) / 2)
  ranks <- tapply(rank(x), g, mean)
  ties <- sum(table(x)^3 - table(x))
  z <- (ranks[i] - ranks[j]) / sqrt((n * (n + 1) / 12 - ties / (12 * (n - 1))) * (1 / sizes[i] + 1 / sizes[j]))
  dunn <- 2 * pnorm(-abs(z))
  levene <- function(center) {
    r <- anova(lm(abs(x - ave(x, g, FUN = center)) ~ g))
    list(statistic = u(r[1, 4]), p = u(r[1, 5]))
  }
  list(
    groups = lists,
    anova = list(statistic = u(f), p = u(anova(lm(x ~ g))[1, 5]), etaSquared = u(between / (between + within)),
      omegaSquared = u((between - (k - 1) * mse) / (between + within + mse)),
      epsilonSquared = u((between - (k - 1) * mse) / (between + within)), interval = noncentrality / (noncentrality + n)),
    welch = list(statistic = u(welch$statistic), p = u(welch$p.value), df = u(welch$parameter[2])),
    tukey = lapply(seq_along(i), function(c) list(groups = c(i[c], j[c]) - 1,
      p = u(ptukey(abs(difference[c]) / error[c], k, n - k, lower.tail = FALSE)),
      low = u(difference[c] - width[c]), high = u(difference[c] + width[c]))),
    gamesHowell = lapply(seq_along(i), function(c) list(groups = c(i[c], j[c]) - 1,
      p = u(ptukey(games_q[c], k, games_df[c], lower.tail = FALSE)), df = u(games_df[c]))),
    kruskal = plain_test(kruskal.test(lists)),
    dunn = sapply(c("none", "holm", "bonferroni", "BH"), function(rule) unname(p.adjust(dunn, rule)), simplify = FALSE),
    levene = list(mean = levene(mean), median = levene(median))
  )
}

# mauchly.test of R 4.2.2 has 3 times the number of conditions, not of contrasts, in the last term but one of its second-order
# correction; this is Anderson (1984), section 10.7.4.
mauchly_p <- function(w, p, n) {
  rho <- 1 - (2 * p^2 + p + 2) / (6 * p * n)
  w2 <- (p + 2) * (p - 1) * (p - 2) * (2 * p^3 + 6 * p^2 + 3 * p + 2) / (288 * (n * p * rho)^2)
  f <- p * (p + 1) / 2 - 1
  first <- pchisq(-n * rho * log(w), f, lower.tail = FALSE)
  first + w2 * (pchisq(-n * rho * log(w), f + 4, lower.tail = FALSE) - first)
}

describe_table <- function(x) {
  k <- ncol(x); n <- nrow(x)
  model <- lm(x ~ 1)
  spherical <- anova(model, X = ~1, test = "Spherical")
  epsilon <- stats:::sphericity(SSD(model), X = ~1)
  mauchly <- mauchly.test(model, X = ~1)
  squares <- summary(aov(c(x) ~ factor(col(x)) + factor(row(x))))[[1]][["Sum Sq"]]
  ranks <- colMeans(t(apply(x, 1, rank)))
  at <- combn(k, 2)
  q <- abs(ranks[at[1, ]] - ranks[at[2, ]]) / sqrt(k * (k + 1) / (12 * n))
  list(
    rows = x,
    anova = list(statistic = u(spherical[1, "F"]), p = u(spherical[1, "Pr(>F)"]),
      greenhouseGeisserP = u(spherical[1, "G-G Pr"]), huynhFeldtP = u(spherical[1, "H-F Pr"]),
      greenhouseGeisser = u(epsilon$GG.eps), huynhFeldt = u(min(1, epsilon$HF.eps)),
      mauchlyW = u(mauchly$statistic), mauchlyP = u(mauchly_p(mauchly$statistic, k - 1, n - 1)),
      partialEtaSquared = u(squares[1] / (squares[1] + squares[3])), generalizedEtaSquared = u(squares[1] / sum(squares))),
    friedman = plain_test(friedman.test(x)),
    nemenyi = ptukey(q, k, Inf, lower.tail = FALSE)
  )
}

shapiro <- list()
for (count in c(3, 4, 6, 11, 12, 25, 100, 1000, 5000)) for (power in c(1, 3)) {
  r <- shapiro.test((((1:count * 7919) %% 10007) / 10007)^power)
  shapiro[[length(shapiro) + 1]] <- c(list(count = u(count), power = u(power)), plain_test(r))
}
p_values <- c(0.01, 0.04, 0.03, 0.005, 0.8, 0.04, 0.0001)

# Rows of arguments and, last, the value. R's t of a million degrees of freedom is an approximation, so is its studentized
# range beyond 25,000, and its noncentral F holds nine decimals only: those are left out.
over <- function(f, ...) {
  grid <- expand.grid(...)
  rows <- as.matrix(cbind(grid, value = do.call(f, unname(as.list(grid)))))
  unname(rows[rows[, ncol(rows)] > 1e-280, , drop = FALSE])
}
rows <- function(f, table) unname(cbind(table, apply(table, 1, function(r) do.call(f, as.list(r)))))
distributions <- list(
  normal = over(function(z) pnorm(z, lower.tail = FALSE), c(-6, -1.3, 0, 0.1, 0.7, 1.96, 3.3, 7.5, 15, 30, 37)),
  studentT = over(function(t, df) pt(t, df, lower.tail = FALSE), c(-1.2, 0.001, 0.5, 1.7, 2.31, 4.4, 12, 33),
    c(1, 2, 2.7, 14, 16, 30, 251.5, 1e4)),
  chiSquare = over(function(x, df) pchisq(x, df, lower.tail = FALSE), c(0.01, 0.7, 3.84, 9, 40, 320, 1.01e5),
    c(1, 2, 3, 7.5, 20, 300, 1e5)),
  fisherF = over(function(f, a, b) pf(f, a, b, lower.tail = FALSE), c(0.05, 0.8, 1, 2.5, 11, 90), c(1, 2, 3.4, 9, 120),
    c(1, 4, 17, 33.3, 900, 1e6)),
  noncentralT = rows(function(t, df, nc) pt(t, df, nc), rbind(c(2.31, 14, 2.31), c(2.31, 14, 4.5), c(2.31, 14, 0.15),
    c(-1, 5, 2), c(0, 3, 1.5), c(5, 1, 3), c(35, 12, 33), c(12, 2000, 9), c(4, 8, -1), c(3, 2.5, 1), c(-2, 9, -3))),
  noncentralF = rows(function(f, a, b, nc) pf(f, a, b, nc), rbind(c(3.2, 2, 27, 0.5), c(3.2, 2, 27, 6), c(3.2, 2, 27, 20),
    c(10, 3, 12, 30), c(1, 4, 200, 3), c(50, 2, 57, 100))),
  studentizedRange = rows(function(q, k, df) ptukey(q, k, df, lower.tail = FALSE), rbind(c(3.5, 3, 20), c(1, 2, 5),
    c(0.3, 4, 8), c(8, 3, 20), c(5, 10, 40), c(4, 30, 3), c(9, 3, 2))),
  normalQuantile = over(qnorm, c(1e-12, 0.001, 0.025, 0.3, 0.49, 0.75, 0.95, 0.995)),
  studentTQuantile = over(qt, c(0.001, 0.3, 0.6, 0.975, 0.9995), c(1, 3, 14, 33.3, 1e5)),
  chiSquareQuantile = over(qchisq, c(0.01, 0.5, 0.95), c(1, 4, 90)),
  fQuantile = over(qf, c(0.01, 0.5, 0.95), c(1, 3, 60), c(5, 12, 40)),
  studentizedRangeQuantile = rows(qtukey, rbind(c(0.95, 3, 20), c(0.99, 5, 12), c(0.5, 4, 60)))
)

suppressWarnings(document <- list(
  made = list(R = unbox(paste(R.version$major, R.version$minor, sep = "."))),
  twoGroups = lapply(two_groups, describe_two),
  pairs = lapply(pairs, describe_pairs),
  groups = lapply(groups, describe_groups),
  tables = lapply(tables, describe_table),
  shapiro = shapiro,
  adjust = list(pValues = p_values, holm = p.adjust(p_values, "holm"), bonferroni = p.adjust(p_values, "bonferroni"),
    "benjamini-hochberg" = p.adjust(p_values, "BH")),
  distributions = distributions
))
write(toJSON(document, digits = I(17), na = "null", null = "null"), "classical_tests.json")
