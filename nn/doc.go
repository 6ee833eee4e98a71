// Package nn trains feed-forward neural networks, a batch at a time.
//
// A network is a layer, mostly a stack of them. New compiles it: every Dense and the
// activation after it become one block, which a backend runs as one plan, in containers
// such as layer.Residual too.
//
//	net, err := nn.New(tensor.Shape{2}, layer.Stack(layer.Dense(4), activation.Tanh(), layer.Dense(1)), nn.Seed(1))
//	trainer, err := nn.NewTrainer(net, loss.BinaryCrossEntropy(), optim.Adam(0.03))
//
// The network has no activation after its last Dense: loss.BinaryCrossEntropy
// and loss.CrossEntropy take outputs for logits and apply sigmoid or softmax
// themselves, and NewTrainer refuses them for a network that ends in an
// activation. loss.MSE takes outputs as they are, so that it goes with any.
//
// A network is trained on three levels.
//
//   - Trainer.Fit runs whole epochs, of a data.Set or any other data.Source: shuffled
//     batches, validation, early stopping, callbacks, history.
//   - Trainer.Step takes one batch, for people who bring their own loop.
//   - Network.Forward, Network.Backward and Optimizer.Step are for people who
//     bring their own loss.
//
// LBFGS goes another way: it minimises the loss of one batch, of all samples, and computes it several times in a
// step. Trainer.FindRate tries learning rates on a copy of the network.
//
// On the same batches Fit and Step give the same weights, to the bit. So does
// the third level, but for networks of a few dozen neurons: a native backend
// lets a Trainer take those through a step as a chain, with sums in another order,
// and then the levels differ by rounding.
//
// Predict applies the network, from any number of goroutines, during training
// too.
//
// # Batches
//
// A batch is a tensor.Matrix with a sample in each row: gonum's blas32.General, of
// which any stride is taken. Weights are W [inputs][outputs], so that a Dense
// layer computes y = x·W + b.
//
// # Precision
//
// Products are float32 unless Precision asks for bf16 in one of its three
// forms. Weights stay float32 in all of them, in training and in files. A
// backend that cannot do that, or not faster, falls back to float32:
// Network.Precision, Summary, Explain and the logger of Fit say so, and
// StrictPrecision makes it an error.
//
// # Errors
//
// Whatever depends on data is an error, never a panic. Errors about a layer
// are *LayerError, about shapes *ShapeError, about numbers that cannot work
// *HyperparameterError, about what must not be nil *NilError, about a precision that is not to be had
// *PrecisionError, about data *DataError and *loss.TargetError, about a loss that
// does not go with the network's last activation *LogitsError, and about a loss
// or gradient that is no number *NonFiniteError; all are found by errors.As
// through what wraps them. ErrTorn and ErrMixedGradients, by errors.Is, are of steps that
// were cut off and of gradients that do not go together.
//
// # Reproducibility
//
// What is random follows from the network's seed. With the same seed, options
// and data, a native backend gives the same bits from run to run and for any
// number of workers; another ISA may round differently.
//
// # Steps
//
// A step happens or leaves everything as it was. Bounds of what gradients, parameters and
// state can be follow from inputs, outputs, parameters and the rule (optim.Bounder), before
// the way back; with Adam they suffice for some eight layers. Beyond that the pass is
// looked at, and if that does not do either the step is taken on copies first. Every batch
// is looked at, in Fit too: callbacks may change the data. If a pass has several ways to
// go, all give the same bits; chains alone differ by rounding.
//
// An accumulated step weighs a Trainer's batches by the loss's Weight, Backward's by their
// rows; both in one step are an error. Parts of an epoch count by weight, in rows of the
// first part, which keeps the bits of plain means. The whole of a loss.Split counts by
// rows, so it is evaluated in one piece.
//
// A rule that needs whole matrices is applied to copies in the layout of files before
// anything is written. One such tensor, and the step is gathered. Where weights and biases
// have different rules, a range of parameters is cut in two.
//
// # Locks
//
// Predicting while a step writes the same network waits. Plans are replaced, for larger
// batches, with both of the network's locks held. No code of users runs with weights
// locked, but layers that predict and rules that update. A panic in a user's code, or on a
// worker, is the *PanicError of the call; workers survive it, and a plan makes its copies
// anew.
//
// # Callbacks
//
// Fit knows none: its history, its log, early stopping and what observes for a schedule are
// Callback values, told in order and ended in reverse. What a callback needs validation to
// compute it says (Metrics); what it remembers goes in and out by name (Run.State).
// Patience counts validations. History.BestEpoch is by loss, History.Restored is what
// EarlyStop went back to. Metrics are tried on targets, with outputs of 0, before the first
// epoch.
package nn
