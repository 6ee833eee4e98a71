// Package loss is what networks are trained for: how far outputs are from what
// should have come.
//
// # The catalogue
//
//	mse                                  mean squared error                                                           (y-t)²                                                   torch.nn.MSELoss
//	mae                                  mean absolute error                                                          |y-t|                                                    torch.nn.L1Loss
//	huber(delta=1)                       squared error up to delta, absolute error beyond                             d²/2 if |d| = |y-t| ≤ delta, else delta·(|d| - delta/2)  torch.nn.HuberLoss
//	gaussian                             negative log likelihood of a mean and a log variance for each target         (ln v + (y-t)²/v)/2, v = e^s + 1e-8                      torch.nn.GaussianNLLLoss
//	binary_cross_entropy                 of logits, for one or several labels of yes or no                            -t·ln σ(y) - (1-t)·ln(1-σ(y))                            torch.nn.BCEWithLogitsLoss
//	cross_entropy(weights?)              of logits, for one of several classes                                        ln Σ e^yⱼ - yₖ                                           torch.nn.CrossEntropyLoss
//	split(columns, losses..., factors?)  several targets of different kinds, each with a loss of some of the outputs  Σ factor·loss
//
// These are means over a batch, PyTorch's "mean". y is an output, t its target, k
// the class of a row and σ the sigmoid. Losses of logits apply sigmoid or softmax
// themselves: the network ends without one. See Link.
//
// A network with several targets has a Split, and one that says how uncertain it is a
// Gaussian, whose s is an output beside y, the logarithm of a variance. Apply and Link say
// what outputs mean.
//
// With weights w of samples a mean is Σ w·l / Σ w, over elements for those that are
// means over elements: by what counts, and not, as PyTorch's BCEWithLogitsLoss with a
// weight does, by the number of elements. A sample of weight 2 is two samples, of
// weight 0 none. What is counted as right is counted by rows.
//
// A loss of one's own is a function of an output and its target, with Element, or a
// type that implements Loss. In a catalogue it is found by its name:
//
//	losses := loss.Catalog().With(catalog.Part[loss.Loss]{
//		Name: "absolute", Help: "mean absolute error",
//		New:  func(catalog.Args) (loss.Loss, error) { return absolute(), nil },
//	})
//	l, err := losses.Parse("absolute")
//
// nntest.CheckLoss tells in a test whether it keeps what Loss promises.
//
// # Sum and Weight
//
// A loss is a Sum and the Weight that it is divided by, which is known before the outputs
// are; the scale of the gradient is float64, rounded once. A target comes by value: by
// address it would escape in every step. The parts of a Split are each divided by their own
// weight. What else a loss can do is optional: Vector, Chained, Classifier, Multilabel,
// Composite. Link's Means says which outputs are compared with values.
package loss
