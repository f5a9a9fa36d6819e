# Writes models_mixed.json beside this script: random-intercept models of lme4 with Satterthwaite's degrees of freedom of
# lmerTest. Debian: apt-get install r-cran-lme4 r-cran-lmertest r-cran-jsonlite; run in this folder: Rscript models_mixed.R
suppressMessages({
  library(lme4)
  library(lmerTest)
  library(jsonlite)
})
set.seed(4)
control <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12),
  check.conv.singular = "ignore", check.conv.grad = "ignore", check.conv.hess = "ignore")

animals <- function(sizes) rep(sprintf("m%02d", seq_along(sizes)), sizes)
effect <- function(animal, sd) rnorm(length(unique(animal)), sd = sd)[as.integer(factor(animal))]

balanced <- data.frame(animal = animals(rep(8, 6)))
balanced$group <- ifelse(as.integer(factor(balanced$animal)) <= 3, "control", "mutant")
balanced$y <- round(10 + 3 * (balanced$group == "mutant") + effect(balanced$animal, 2) + rnorm(48), 3)

sizes <- c(3, 40, 7, 1, 12, 25, 2, 9, 16, 5, 11, 4)
unbalanced <- data.frame(animal = animals(sizes))
unbalanced$group <- c("a", "b", "c")[(as.integer(factor(unbalanced$animal)) - 1) %% 3 + 1]
unbalanced$age <- round(runif(nrow(unbalanced), 50, 120), 1)
unbalanced$y <- round(1e4 + 2 * (unbalanced$group == "b") + 0.05 * unbalanced$age + effect(unbalanced$animal, 3) +
  rnorm(nrow(unbalanced), sd = 2), 3)

crossed <- data.frame(animal = animals(c(6, 8, 5, 9, 7, 10)))
crossed$drug <- sample(c("saline", "low", "high"), nrow(crossed), replace = TRUE)
crossed$sex <- ifelse(as.integer(factor(crossed$animal)) %% 2 == 0, "f", "m")
crossed$y <- round(5 + (crossed$drug == "high") * (1 + (crossed$sex == "f")) + effect(crossed$animal, 1) +
  rnorm(nrow(crossed), sd = 0.7), 3)

none <- data.frame(animal = animals(rep(6, 8)))
none$group <- ifelse(as.integer(factor(none$animal)) <= 4, "x", "y")
within <- rnorm(48)
none$y <- round(within - ave(within, none$animal) + 0.2 * (none$group == "y") + 4, 3)

describe <- function(name, data, formula, fixed) {
  fits <- list()
  for (reml in c(TRUE, FALSE)) {
    fit <- lmerTest::lmer(formula, data = data, REML = reml, control = control)
    table <- coef(summary(fit))
    parts <- as.data.frame(VarCorr(fit))$vcov
    tests <- anova(fit, type = 3)
    fits[[if (reml) "REML" else "ML"]] <- list(
      names = rownames(table), estimate = table[, "Estimate"], standardError = table[, "Std. Error"],
      df = table[, "df"], p = table[, "Pr(>|t|)"], animalVariance = parts[1], residualVariance = parts[2],
      logLikelihood = as.numeric(logLik(fit)), aic = AIC(fit), bic = BIC(fit),
      terms = list(names = rownames(tests), F = tests[["F value"]], numerator = tests[["NumDF"]],
        denominator = tests[["DenDF"]], p = tests[["Pr(>F)"]]),
      animalEffects = ranef(fit)$animal[["(Intercept)"]]
    )
  }
  for (column in names(data)) if (is.factor(data[[column]])) data[[column]] <- as.character(data[[column]])
  list(name = name, data = as.list(data), fixed = fixed, fits = fits)
}

levelsOf <- function(data, columns) {
  for (column in names(columns)) data[[column]] <- factor(data[[column]], levels = columns[[column]])
  data
}

cases <- list(
  describe("balanced", balanced, y ~ group + (1 | animal), list("group")),
  describe("unbalanced", unbalanced, y ~ group + age + (1 | animal), list("group", "age")),
  describe("crossed", levelsOf(crossed, list(drug = c("saline", "low", "high"), sex = c("f", "m"))),
    y ~ drug + (1 | animal), list("drug")),
  describe("no variance of animals", none, y ~ group + (1 | animal), list("group"))
)
cases[[5]] <- describe("interaction", levelsOf(crossed, list(drug = c("saline", "low", "high"), sex = c("f", "m"))),
  y ~ drug * sex + (1 | animal), list("drug", "sex"))

full <- lme4::lmer(y ~ group + age + (1 | animal), data = unbalanced, REML = FALSE, control = control)
reduced <- lme4::lmer(y ~ age + (1 | animal), data = unbalanced, REML = FALSE, control = control)
ratio <- anova(full, reduced)
random <- lmerTest::ranova(lmerTest::lmer(y ~ group + age + (1 | animal), data = unbalanced, control = control))
out <- list(
  versions = list(R = R.version.string, lme4 = as.character(packageVersion("lme4")),
    lmerTest = as.character(packageVersion("lmerTest"))),
  cases = cases,
  likelihoodRatio = list(statistic = ratio[["Chisq"]][2], df = ratio[["Df"]][2], p = ratio[["Pr(>Chisq)"]][2]),
  animalVariance = list(statistic = random[["LRT"]][2])
)
writeLines(toJSON(out, auto_unbox = TRUE, digits = 15), "models_mixed.json")
