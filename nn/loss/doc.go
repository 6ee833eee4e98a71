// Package loss is what networks are trained for: how far outputs are from what
// should have come.
//
// # The catalogue
//
//	mse                                                 mean squared error                                                                   (y-t)²                                                   torch.nn.MSELoss
//	mae                                                 mean absolute error                                                                  |y-t|                                                    torch.nn.L1Loss
//	huber(delta=1)                                      squared error up to delta, absolute error beyond                                     d²/2 if |d| = |y-t| ≤ delta, else delta·(|d| - delta/2)  torch.nn.HuberLoss
//	smooth_l1(beta=1)                                   absolute error, but squared up to beta                                               d²/(2·beta) if |d| = |y-t| < beta, else |d| - beta/2     torch.nn.SmoothL1Loss
//	log_cosh                                            squares of small errors, magnitudes of large ones, smooth between                    ln cosh(y-t)
//	quantile(taus)                                      quantiles of what a target may be, each an output                                    max(tau·(t-y), (tau-1)·(t-y))
//	poisson(rate=false, full=false, epsilon=1e-8)       negative log likelihood of counts, of the logarithm of their rate                    e^y - t·y, or y - t·ln(y + epsilon)                      torch.nn.PoissonNLLLoss
//	gaussian(variance=false, full=false, epsilon=1e-6)  negative log likelihood of a mean and a log variance for each target                 (ln v + (y-t)²/v)/2, v = e^s + 1e-8                      torch.nn.GaussianNLLLoss
//	binary_cross_entropy(positive_weights?)             of logits, for one or several labels of yes or no                                    -t·ln σ(y) - (1-t)·ln(1-σ(y))                            torch.nn.BCEWithLogitsLoss
//	binary_focal(gamma=2, alpha?)                       binary cross-entropy in which what is nearly right counts less                       -(1-p)^gamma·ln p, p = σ(y) or 1-σ(y)                    torchvision.ops.sigmoid_focal_loss
//	hinge                                               what outputs lack of a margin of 1, for one or several labels of yes or no           max(0, 1 - s·y), s = ±1
//	squared_hinge                                       squares of what outputs lack of a margin of 1, for labels of yes or no               max(0, 1 - s·y)², s = ±1
//	cross_entropy(weights?, smoothing=0, ignore?)       of logits, for one of several classes or a distribution over them                    ln Σ e^yⱼ - yₖ                                           torch.nn.CrossEntropyLoss
//	focal(gamma=2, alpha?)                              cross-entropy in which what is nearly right counts less, for one of several classes  -(1-p)^gamma·ln p, p = softmax(y)ₖ
//	kl_div                                              of logits, from a distribution over the classes                                      Σ t·(ln t - ln softmax(y))                               torch.nn.KLDivLoss
//	multi_margin(p=1, margin=1)                         what the output of the right one of several classes lacks of a margin to the others  Σ max(0, margin - yₖ + yⱼ)^p / C                         torch.nn.MultiMarginLoss
//	split(columns, losses..., factors?)                 several targets of different kinds, each with a loss of some of the outputs          Σ factor·loss
//
// These are means over a batch, PyTorch's "mean". y is an output, t its target, k
// the class of a row and σ the sigmoid. Losses of logits apply sigmoid or softmax
// themselves: the network ends without one. See Link.
//
// A network with several targets has a Split, and one that says how uncertain it is a
// Gaussian, whose s is an output beside y, the logarithm of a variance, or a Quantile. Counts have
// Poisson, labels of yes or no BinaryCrossEntropy, BinaryFocal or Hinge, classes CrossEntropy, Focal or
// MultiMargin, distributions over classes CrossEntropy or KLDiv. Apply and Link say what outputs mean.
//
// With weights w of samples a mean is Σ w·l / Σ w, over elements for those that are
// means over elements: by what counts, and not, as PyTorch's BCEWithLogitsLoss with a
// weight does, by the number of elements: a loss of one's own that has another's methods, and
// a Weight that does not look at weights, is PyTorch's. A sample of weight 2 is two samples, of
// weight 0 none. What is counted as right is counted by rows.
//
// What goes by elements is computed on vectors, in float32, where rows have more than eight
// outputs, and added up in float64; so are softmax and sigmoid. Where numbers are so large that
// float32 would not do, and in shorter rows, it is float64 that computes them.
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
// Ignoring, Composite. Link's Means says which outputs are compared with values.
package loss
