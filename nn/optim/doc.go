// Package optim is the rules by which an optimizer turns gradients into steps, and the
// schedules that its learning rate follows.
//
//	trainer, err := nn.NewTrainer(net, loss, optim.AdamW(1e-3, optim.Decay(0.05)),
//		nn.Schedule(optim.Warmup(500, optim.Cosine())))
//
// Rules and Schedules are catalogues: they make parts from spellings such as
// "adamw(lr=1e-3, decay=0.05)" and "warmup(500, cosine)", and take parts of one's own. A
// part's String is its spelling, with what differs from the defaults.
//
// Errors about numbers are *fault.HyperparameterError, about nils *fault.NilError. What
// options say is checked by Validate, which optimizers call.
//
// # Rules
//
//	sgd(lr=0.01, momentum=0, nesterov=false, decay=0)                                                    stochastic gradient descent                          p -= lr·v, v = momentum·v + g                                         torch.optim.SGD
//	adam(lr=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8, decay=0)                                        a rate for each parameter                            p -= lr·m̂/(√v̂+epsilon), m̂ = m/(1-beta1ᵗ), v̂ = v/(1-beta2ᵗ)        torch.optim.Adam
//	adamw(lr=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8, decay=0.01)                                    Adam with the decay apart from the gradient          p -= lr·(m̂/(√v̂+epsilon) + decay·p), as adam                         torch.optim.AdamW
//	rmsprop(lr=0.01, alpha=0.99, epsilon=1e-8, momentum=0, centered=false, decay=0)                      gradients over the root of their mean square         p -= lr·g/(√v+epsilon), v = alpha·v + (1-alpha)·g²                    torch.optim.RMSprop
//	adagrad(lr=0.01, epsilon=1e-10, initial_sum=0, rate_decay=0, decay=0)                                gradients over the root of the sum of their squares  p -= lr/(1+(t-1)·rate_decay)·g/(√s+epsilon), s = s + g²               torch.optim.Adagrad
//	muon(lr=0.02, momentum=0.95, nesterov=true, iterations=5, match_adamw=false, decay=0, on?, others?)  steps along orthogonal matrices, for hidden weights  p -= lr·√max(1, out/in)·UVᵀ, where USVᵀ is the mean of the gradients  torch.optim.Muon
//	groups(rule, groups...)                                                                              a rule with exceptions by role or name               as the rule, with lr·rate_factor and decay of the group               param_groups
//	ema(rule, decay=0.999)                                                                               a moving average of the parameters beside a rule     average = decay·average + (1-decay)·p                                 torch.optim.swa_utils.AveragedModel
//
// Here g is the gradient, m the mean and v the mean square of gradients, and t the step, from 1. The comments of the
// constructors state the whole formulas.
//
// # Groups
//
// Groups makes exceptions by role or name, NoDecay is short for the usual one, and Muon and EMA are rules
// around others:
//
//	optim.AdamW(1e-3, optim.NoDecay(tensor.Bias, tensor.Scale))
//	optim.Groups(rule, optim.ByName("layers.0.*").RateFactor(0.1), optim.ByName("layers.3.*").Freeze())
//	optim.Muon(0.02, optim.Others(optim.AdamW(1e-3)))
//	optim.EMA(optim.SGD(0.1), 0.999)
//
// # Writing a rule
//
// A Stepper is Elementwise, and then updates ranges of parameters while gradients are computed, or Matrixwise. It may be
// a Bounder, so that no step has to be tried on copies, a Measurer, and Averaged. A Rule may be a Vector, which has kernels, a
// Decayer, whose decay groups may change, and an Assigner, which treats tensors differently. In a test, nntest.CheckRule and
// nntest.CheckSchedule hold rules and schedules of one's own to what is promised here.
//
// A Bounder turns bounds before a step into bounds after it; a rule that is none is tried
// on copies. Denormal state counts as 0. Constants are computed in float64 and rounded
// once.
//
// # Writing a schedule
//
// A schedule is told where Fit ends (Progress), so that a cosine needs no number. Validate
// is asked before the first step: outside of Fit nobody knows the end, and such a schedule
// is an error of that step. One that goes by what it observes is Adaptive, and its memory
// is in the Observer of each optimizer, which Fit tells the loss of each validation, or of
// each epoch without any.
//
// # Schedules
//
//	constant                                                                                 leaves the rate as it is              lr                                     ConstantLR with a factor of 1
//	cosine(floor=0, over?)                                                                   falls along half a cosine             lr·(floor + (1-floor)·(1+cos(π·t))/2)  CosineAnnealingLR
//	plateau(factor=0.1, patience=10, threshold=0.0001, absolute=false, cooldown=0, floor=0)  falls when the loss does not          lr·max(factorⁿ, floor)                 ReduceLROnPlateau
//	warmup(steps, then)                                                                      rises, then follows another schedule  lr·min(step/steps, 1)                  LinearLR, then another by SequentialLR
package optim
