// Package optim is the rules by which an optimizer turns gradients into steps, and the
// schedules that its learning rate follows.
//
//	trainer, err := nn.NewTrainer(net, loss, optim.AdamW(1e-3, optim.Decay(0.05)),
//		nn.WithSchedule(optim.Warmup(500, optim.Cosine())))
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
//	sgd(lr=0.01, momentum=0, nesterov=false, decay=0)                  stochastic gradient descent                  p -= lr·v, v = momentum·v + g       torch.optim.SGD
//	adam(lr=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8, decay=0)      a rate for each parameter                    p -= lr·m/(√v+epsilon)              torch.optim.Adam
//	adamw(lr=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8, decay=0.01)  Adam with the decay apart from the gradient  p -= lr·(m/(√v+epsilon) + decay·p)  torch.optim.AdamW
//
// # Schedules
//
//	constant                                                                                 leaves the rate as it is              lr                                     ConstantLR with a factor of 1
//	cosine(floor=0, over?)                                                                   falls along half a cosine             lr·(floor + (1-floor)·(1+cos(π·t))/2)  CosineAnnealingLR
//	plateau(factor=0.1, patience=10, threshold=0.0001, absolute=false, cooldown=0, floor=0)  falls when the loss does not          lr·max(factorⁿ, floor)                 ReduceLROnPlateau
//	warmup(steps, then)                                                                      rises, then follows another schedule  lr·min(step/steps, 1)                  LinearLR, then another by SequentialLR
package optim
