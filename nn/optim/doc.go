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
//	sgd(lr=0.01, momentum=0, nesterov=false, decay=0, dampening=0)                                            stochastic gradient descent                                                  p -= lr·v, v = momentum·v + (1-dampening)·g                                           torch.optim.SGD
//	adam(lr=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8, decay=0, amsgrad=false)                              a rate for each parameter                                                    p -= lr·m̂/(√v̂+epsilon), m̂ = m/(1-beta1ᵗ), v̂ = v/(1-beta2ᵗ)                        torch.optim.Adam
//	adamw(lr=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8, decay=0.01, amsgrad=false)                          Adam with the decay apart from the gradient                                  p -= lr·(m̂/(√v̂+epsilon) + decay·p), as adam                                         torch.optim.AdamW
//	adamax(lr=0.002, beta1=0.9, beta2=0.999, epsilon=1e-8, decay=0)                                           Adam by the largest gradients                                                p -= lr/(1-beta1ᵗ)·m/u, u = max(beta2·u, |g|+epsilon)                                 torch.optim.Adamax
//	nadam(lr=0.002, beta1=0.9, beta2=0.999, epsilon=1e-8, decay=0, momentum_decay=0.004, decoupled=false)     Adam that looks ahead along its mean                                         as adam, with μ·m̂ + (1-μ)·ĝ in place of m̂, μ = beta1·(1-0.96^(t·momentum_decay)/2)  torch.optim.NAdam
//	radam(lr=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8, decay=0, decoupled=false)                           Adam that waits until it knows the mean square                               as adam, times √((ρ-4)(ρ-2)R/((R-4)(R-2)ρ)) where ρ > 5, otherwise p -= lr·m̂         torch.optim.RAdam
//	rmsprop(lr=0.01, alpha=0.99, epsilon=1e-8, momentum=0, centered=false, decay=0)                           gradients over the root of their mean square                                 p -= lr·g/(√v+epsilon), v = alpha·v + (1-alpha)·g²                                    torch.optim.RMSprop
//	adagrad(lr=0.01, epsilon=1e-10, initial_sum=0, rate_decay=0, decay=0)                                     gradients over the root of the sum of their squares                          p -= lr/(1+(t-1)·rate_decay)·g/(√s+epsilon), s = s + g²                               torch.optim.Adagrad
//	adadelta(lr=1, rho=0.9, epsilon=1e-6, decay=0)                                                            steps as long as those before, by the ratio of the gradients                 p -= lr·d, d = √(u+epsilon)/√(v+epsilon)·g, u = rho·u + (1-rho)·d², v likewise of g   torch.optim.Adadelta
//	lion(lr=0.0001, beta1=0.9, beta2=0.99, decay=0)                                                           steps of one length along signs                                              p = (1-lr·decay)·p - lr·sign(beta1·m + (1-beta1)·g), m = beta2·m + (1-beta2)·g
//	rprop(lr=0.01, shorter=0.5, longer=1.2, least=1e-6, most=50)                                              a step for each parameter, by the signs of its gradients, for whole batches  p -= sign(g)·s, s times longer where g·previous > 0, times shorter where it is < 0    torch.optim.Rprop
//	schedule_free_adamw(lr=0.0025, beta1=0.9, beta2=0.999, epsilon=1e-8, decay=0)                             AdamW that averages instead of lowering its rate                             z -= lr·(g/(√v̂+epsilon) + decay·p), x = (1-1/t)·x + z/t, p = (1-beta1)·z + beta1·x
//	lamb(lr=0.001, beta1=0.9, beta2=0.999, epsilon=1e-6, decay=0.01)                                          Adam with steps as long as the tensor, for large batches                     p -= lr·‖p‖/‖r‖·r, r = m̂/(√v̂+epsilon) + decay·p, for each tensor
//	muon(lr=0.02, momentum=0.95, nesterov=true, iterations=5, match_adamw=false, decay=0, on?, others=adamw)  steps along orthogonal matrices, for hidden weights                          p -= lr·√max(1, out/in)·UVᵀ, where USVᵀ is the mean of the gradients                  torch.optim.Muon
//	groups(rule, groups...)                                                                                   a rule with exceptions by role or name                                       as the rule, with lr·rate_factor and decay of the group                               param_groups
//	ema(rule, decay=0.999)                                                                                    a moving average of the parameters beside a rule                             average = decay·average + (1-decay)·p                                                 torch.optim.swa_utils.AveragedModel
//
// Here g is the gradient, m the mean and v the mean square of gradients, and t the step, from 1. The comments of the
// constructors state the whole formulas.
//
// # Groups
//
// Groups makes exceptions by role or name, NoDecay is short for the usual one, and Muon and EMA are rules
// around others. ScheduleFreeAdamW averages by itself:
//
//	optim.AdamW(1e-3, optim.NoDecay(tensor.Bias, tensor.Scale))
//	optim.Groups(rule, optim.ByName("layers.0.*").RateFactor(0.1), optim.ByName("layers.3.*").Freeze())
//	optim.Muon(0.02, optim.Others(optim.AdamW(1e-3)))
//	optim.EMA(optim.SGD(0.1), 0.999)
//
// # Writing a rule
//
// A Stepper is Elementwise, and then updates ranges of parameters while gradients are computed, or Normwise, whose steps follow
// from norms of whole tensors, or Matrixwise. It may be
// a Bounder, so that no step has to be tried on copies, a Measurer, Averaged, and a MomentumStepper. A Rule may be a Vector, which has kernels, a
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
// One that moves the momentum too, as OneCycle and Cyclic do, is a MomentumSchedule, and a rule whose momentum can be another at
// each step has a MomentumStepper. Where one is and the other is not, NewOptimizer reports it.
//
// A schedule counts steps; PerEpoch makes it count epochs. Sequence and Warmup put schedules one after another, each
// with a beginning and an end of its own.
//
// # Schedules
//
//	constant                                                                                                                                        leaves the rate as it is                             lr                                                      ConstantLR with a factor of 1
//	cosine(floor=0, over?)                                                                                                                          falls along half a cosine                            lr·(floor + (1-floor)·(1+cos(π·t))/2)                   CosineAnnealingLR
//	cosine_restarts(first, longer=1, floor=0)                                                                                                       falls along half a cosine, again and again           lr·(floor + (1-floor)·(1+cos(π·t))/2), t of each cycle  CosineAnnealingWarmRestarts
//	linear(from=1, to=0, over?)                                                                                                                     goes along a straight line                           lr·(from + (to-from)·t)                                 LinearLR
//	polynomial(power=1, floor=0, over?)                                                                                                             falls as a power of what is left                     lr·(floor + (1-floor)·(1-t)^power)                      PolynomialLR
//	exponential(factor)                                                                                                                             falls by a factor at each step                       lr·factor^(step-1)                                      ExponentialLR
//	step(every, factor=0.1)                                                                                                                         falls at regular intervals                           lr·factor^⌊(step-1)/every⌋                              StepLR
//	multi_step(at, factor=0.1)                                                                                                                      falls after given steps                              lr·factorⁿ, after n of them                             MultiStepLR
//	inverse_sqrt(warmup=1)                                                                                                                          rises, then falls as 1/√step                         lr·min(step/warmup, √(warmup/step))
//	one_cycle(rise=0.3, first=25, last=10000, linear=false, three_phases=false, over?, cycle_momentum=true, base_momentum=0.85, max_momentum=0.95)  rises, then falls to next to nothing                 from lr/first to lr to lr/first/last                    OneCycleLR
//	cyclic(up=2000, down?, floor=0.1, halving=false, fading=1, cycle_momentum=true, base_momentum=0.8, max_momentum=0.9)                            rises and falls, again and again                     lr·(floor + (1-floor)·h·k), h from 0 to 1 and back      CyclicLR
//	coslog4(over?)                                                                                                                                  four cosine cycles, each longer than the one before  lr·(1-cos(2π·log2(1+15·t)))/2
//	plateau(factor=0.1, patience=10, threshold=0.0001, absolute=false, cooldown=0, floor=0, least_change=0)                                         falls when the loss does not                         lr·max(factorⁿ, floor)                                  ReduceLROnPlateau
//	warmup(steps, then)                                                                                                                             rises, then follows another schedule                 lr·min(step/steps, 1)                                   LinearLR, then another by SequentialLR
//	sequence(first, steps, then)                                                                                                                    one schedule after another                           first(step) up to steps, then(step-steps) after that    SequentialLR
//	per_epoch(of)                                                                                                                                   a schedule that counts epochs instead of steps       of(epoch)                                               a scheduler whose step is called once an epoch
package optim
