// Package metric is how good a network is, in numbers that people read: what is
// computed beside the loss and trained for by nobody.
//
// A Metric is a description without memory. Start gives a State, to which batches
// are added in any order; states of parts of the data merge into that of the whole.
//
//	m := metric.F1(metric.Macro)
//	if err := m.Check(loss.Softmax, 10); err != nil { ... }
//	s := m.Start()
//	err := s.Add(y, mean, target) // mean is the link's Means of what its Apply makes of y
//	fmt.Println(m, s.Value())
//
// # The catalogue
//
//	accuracy                                 samples that are right, in all of their labels                                          Σ w·[right] / Σ w
//	balanced_accuracy                        recall, the mean of that of the classes that came                                       mean of TP/(TP + FN)
//	top_k_accuracy(k=2)                      samples whose class is among the k likeliest                                            Σ w·[among k] / Σ w
//	precision(average=macro)                 answers of a class that are right, averaged over classes                                TP/(TP + FP)
//	recall(average=macro)                    samples of a class that are answered so, averaged over classes                          TP/(TP + FN)
//	f1(average=macro)                        harmonic mean of precision and recall, averaged over classes                            2·TP/(2·TP + FP + FN)
//	fbeta(beta=2, average=macro)             F1 with recall counting beta times as much                                              (1+β²)·TP/((1+β²)·TP + FP + β²·FN)
//	jaccard(average=macro)                   samples of a class or answered so that are both, averaged over classes                  TP/(TP + FP + FN)
//	hamming_loss                             labels that are wrong, each for itself                                                  Σ w·(wrong labels / labels) / Σ w
//	mcc                                      Matthews' correlation of answers and classes                                            cov(answer, class) / √(cov(answer, answer)·cov(class, class))
//	cohen_kappa(weights=none)                agreement of answers and classes beyond chance                                          1 - Σ v·observed / Σ v·expected
//	confusion_matrix                         how often each class was answered each class; as a number, accuracy                     Σ w·[class i, answer j]
//	roc_auc(average=macro, multi_class=ovr)  area under the ROC curve; of several classes, each against the rest                     P(y₁ > y₀) + P(y₁ = y₀)/2
//	average_precision(average=macro)         area under the curve of precision by recall; of several classes, each against the rest  Σ (recallₙ - recallₙ₋₁)·precisionₙ
//	log_loss                                 minus the logarithm of the probability of the class that came                           -Σ w·log p / Σ w
//	brier(scale=auto)                        squared error of probabilities                                                          Σ w·(p-y)² / Σ w
//	ece(bins=10)                             expected calibration error: how far probabilities are from what came                    Σ |Σ w·([hit]-c)| / Σ w
//	mse                                      mean squared error; the mean of those of outputs                                        Σ w·(y-t)² / Σ w
//	rmse                                     root of the mean squared error; the mean of those of outputs                            √(Σ w·(y-t)² / Σ w)
//	mae                                      mean absolute error; the mean of those of outputs                                       Σ w·|y-t| / Σ w
//	median_absolute_error                    median of the absolute errors; the mean of those of outputs                             median |y-t|
//	max_error                                largest absolute error                                                                  max |y-t|
//	mape                                     mean absolute error as a fraction of the target                                         Σ w·|y-t|/max(|t|, 2⁻⁵²) / Σ w
//	r2(average=uniform)                      variance of the targets that is explained; the mean of those of outputs                 1 - Σ w·(y-t)² / Σ w·(t-t̄)²
//	explained_variance(average=uniform)      R² of outputs without their bias; the mean of those of outputs                          1 - Var(t-y)/Var(t)
//	d2_absolute_error                        absolute error that is saved beside the median                                          1 - Σ w·|t-y| / Σ w·|t-median|
//	d2_pinball(alpha=0.5)                    error of a quantile that is saved beside the best constant                              1 - Σ w·pinball(t-y) / Σ w·pinball(t-q)
//	pinball(alpha=0.5, taus?)                error of a quantile, which weighs what is below by its level                            Σ w·max(α·(t-y), (α-1)·(t-y)) / Σ w
//	coverage(taus?)                          targets that are at most the output; of quantiles, near their level                     Σ w·[t ≤ y] / Σ w
//
// # What is compared
//
// Values are scikit-learn's. Metrics of classes take labels, of which the largest
// output is the answer, the first of equal ones; or values that are 0 or 1, each the
// target of a label of yes or no, to which a mean above ½ answers yes: for logits that
// is an output above 0. Metrics of probabilities take the same targets, and outputs of a sigmoid or
// softmax. Metrics of numbers take values and compare the mean with them.
//
// With weights w of samples counts become sums of w and means Σ w·l / Σ w. A sample
// of weight 0 is none: scikit-learn, which agrees otherwise, lets it name a class in
// F1 and count as a row in R².
//
// An output that is NaN is never right: it is a wrong answer to metrics of classes, and
// makes every other metric NaN. A metric that nothing was added to is NaN. Where what a
// score of counts is divided by is 0, it is 0.
//
// States add up in float64 and are as large as outputs are many, but for ConfusionMatrix, which has the
// square of that, and what is sorted, areas and medians, which keep 8 bytes for each row and column. They
// are Detailed: they have values by class or column too, and say why a value is NaN. And they are RowState, which
// takes rows of float64, for quantities that are large beside their errors.
//
// A metric of one's own is a type that implements Metric; Catalog().With makes it
// one that is found by name, and nntest.CheckMetric tells in a test whether it keeps what
// Metric and State promise.
package metric
