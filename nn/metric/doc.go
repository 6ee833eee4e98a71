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
//	accuracy           samples that are right, in all of their labels                           Σ w·[right] / Σ w
//	f1(average=macro)  harmonic mean of precision and recall, averaged over classes             2·TP/(2·TP + FP + FN)
//	roc_auc            area under the ROC curve; of several classes, each against the rest      P(y₁ > y₀) + P(y₁ = y₀)/2
//	rmse               root of the mean squared error; the mean of those of outputs             √(Σ w·(y-t)² / Σ w)
//	r2                 variance of the targets that is explained; the mean of those of outputs  1 - Σ w·(y-t)² / Σ w·(t-t̄)²
//
// # What is compared
//
// Values are scikit-learn's. Metrics of classes take labels, of which the largest
// output is the answer, the first of equal ones; or values that are 0 or 1, each the
// target of a label of yes or no, to which a mean above ½ answers yes: for logits that
// is an output above 0. Metrics of numbers take values and compare the mean with them.
//
// With weights w of samples counts become sums of w and means Σ w·l / Σ w. A sample
// of weight 0 is none: scikit-learn, which agrees otherwise, lets it name a class in
// F1 and count as a row in R².
//
// An output that is NaN is never right: it is a wrong answer to accuracy and F1, and
// makes every other metric NaN. A metric that nothing was added to is NaN. In F1 0/0 is 0.
//
// A metric of one's own is a type that implements Metric; Catalog().With makes it
// one that is found by name, and nntest.CheckMetric tells in a test whether it keeps what
// Metric and State promise.
package metric
