package model

import (
	"math"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/optim"
)

// Option says how a model is made of a table. What no option says is as neurona train has it.
type Option func(*options)

// options are what they add up to.
type options struct {
	labels           []string
	infer            []table.InferOption
	inferBy          Inferring
	test, validation float64
	dropGaps         bool
	encode           []table.FitOption
	loss             string
	smoothing        float64
	threshold        float64

	hidden   []layer.Layer
	rule     optim.Rule
	schedule optim.Schedule
	batch    int
	epochs   int
	patience int
	network  []nn.Option
	fit      []nn.FitOption

	name    []string
	seed    uint64
	asked   int
	command string
}

func newOptions(opts []Option) (*options, error) {
	o := &options{test: 0.2, seed: 1, rule: optim.Adam(0.005), schedule: optim.Cosine(), batch: 32, epochs: 100,
		hidden: []layer.Layer{layer.Dense(64), activation.ReLU()}}
	for i, option := range opts {
		if option == nil {
			return nil, fault.Option("model", i)
		}
		option(o)
	}
	for _, c := range []struct {
		option string
		share  float64
	}{{"Test", o.test}, {"Validation", o.validation}, {"LabelSmoothing", o.smoothing}} {
		if !(c.share >= 0 && c.share < 1) {
			return nil, &OptionError{Option: c.option, Got: strconv.FormatFloat(c.share, 'g', -1, 64), Want: "a fraction, at least 0 and below 1"}
		}
	}
	for _, c := range []struct {
		option string
		n      int
		least  int
	}{{"Batch", o.batch, 1}, {"Epochs", o.epochs, 1}, {"EarlyStop", o.patience, 0}} {
		if c.n < c.least || c.n > math.MaxInt32 {
			return nil, &OptionError{Option: c.option, Got: strconv.Itoa(c.n), Want: "at least " + strconv.Itoa(c.least)}
		}
	}
	if o.patience > 0 && o.validation == 0 {
		return nil, &OptionError{Option: "EarlyStop", Got: "no Validation", Want: "some rows to validate with, such as Validation(0.1)"}
	}
	return o, nil
}

// task is one of which nothing is known yet but what the options say.
func (o *options) task() *Task {
	name := strings.Join(o.name, ", ")
	return &Task{data: name, provenance: Provenance{Data: baseNames(name), Seed: o.seed, Asked: o.asked, Version: version(), Command: o.command}}
}

// version is that of the module neurona, as far as the program knows it.
func version() string {
	const module = "github.com/neurona-ml/neurona"
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	if info.Main.Path == module {
		return info.Main.Version
	}
	for _, d := range info.Deps {
		if d.Path == module {
			return d.Version
		}
	}
	return ""
}

// Label names the columns to predict, as [table.Labels] does. Without it there is one, the last, if nothing speaks for another.
func Label(columns ...string) Option {
	return func(o *options) { o.labels = append(o.labels, columns...) }
}

// Infer says what columns are, where that is not to be found out: [table.As], [table.Drop], [table.AsTask] and others. Labels go by
// [Label].
func Infer(how ...table.InferOption) Option {
	return func(o *options) { o.infer = append(o.infer, how...) }
}

// Inferring finds out what the columns of a table are, from some rows, nil for all. Labels are the columns to predict, and tasks what is
// learnt of each: nil at first, when they are to be found, and afterwards what was found in all rows.
type Inferring func(t *table.Table, rows []int, labels []string, tasks []table.Task) (*table.Schema, error)

// InferBy is for who finds out what columns are in another way than [table.Infer]. [Label] and [Infer] are then nothing.
func InferBy(f Inferring) Option { return func(o *options) { o.inferBy = f } }

// Test is the share of the rows that are kept to test with, 0.2 unless this says otherwise. Nothing is learnt from them; with 0 all rows
// are trained on, and how good the model is stays unknown.
func Test(share float64) Option { return func(o *options) { o.test = share } }

// Validation is the share of the rest that is validated with after each epoch: none unless this says otherwise.
func Validation(share float64) Option { return func(o *options) { o.validation = share } }

// DropGaps leaves out rows to train on in which a cell is missing. Without it what is missing is imputed.
func DropGaps() Option { return func(o *options) { o.dropGaps = true } }

// Encode says how columns become features: [table.ScaleBy], [table.MaxLevels] and others.
func Encode(how ...table.FitOption) Option {
	return func(o *options) { o.encode = append(o.encode, how...) }
}

// Loss is what is learnt by, as [ParseLoss] spells it. Without it that goes by the labels: mse for numbers, binary_cross_entropy for two
// classes, cross_entropy for more.
func Loss(spelling string) Option { return func(o *options) { o.loss = spelling } }

// LabelSmoothing is the share of each label that all classes get alike, of cross_entropy.
func LabelSmoothing(share float64) Option { return func(o *options) { o.smoothing = share } }

// Threshold is above which probability the second of two classes is said, ½ unless this says otherwise. The model keeps it, and scores go
// by it.
func Threshold(probability float64) Option { return func(o *options) { o.threshold = probability } }

// Name is how the data are called: by the paths of their files unless this says otherwise. A model keeps base names.
func Name(paths ...string) Option { return func(o *options) { o.name = paths } }

// Seed is what everything random follows from: which rows are tested on, first weights, the order of rows. It is 1 unless this says
// otherwise.
func Seed(seed uint64) Option { return func(o *options) { o.seed = seed } }

// Asked is how many rows were asked for of data that a program draws, which [Provenance] has.
func Asked(rows int) Option { return func(o *options) { o.asked = rows } }

// Command is what was called to train the model, which [Provenance] has.
func Command(line string) Option { return func(o *options) { o.command = line } }

// Hidden are the layers between the features and the last layer, which comes by itself: Dense(64) and ReLU unless this says otherwise.
func Hidden(layers ...layer.Layer) Option { return func(o *options) { o.hidden = layers } }

// Rule is how weights are updated: optim.Adam(0.005) unless this says otherwise.
func Rule(r optim.Rule) Option { return func(o *options) { o.rule = r } }

// Schedule is that of the learning rate: optim.Cosine() unless this says otherwise.
func Schedule(s optim.Schedule) Option { return func(o *options) { o.schedule = s } }

// Batch is how many rows make a step: 32 unless this says otherwise.
func Batch(rows int) Option { return func(o *options) { o.batch = rows } }

// Epochs is how often all rows are gone through: 100 times unless this says otherwise.
func Epochs(n int) Option { return func(o *options) { o.epochs = n } }

// EarlyStop ends training after so many epochs without a better loss on the rows of [Validation], and goes back to the best one.
func EarlyStop(patience int) Option { return func(o *options) { o.patience = patience } }

// Network says how the network is made: nn.Precision, nn.Backend and others, whose documentation has what they do.
func Network(how ...nn.Option) Option {
	return func(o *options) { o.network = append(o.network, how...) }
}

// Fit says more of how it is trained: an nn.Callback for one.
func Fit(how ...nn.FitOption) Option { return func(o *options) { o.fit = append(o.fit, how...) } }
