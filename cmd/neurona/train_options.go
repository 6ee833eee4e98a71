package main

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/internal/cpu"
	"github.com/neurona-ml/neurona/internal/names"
	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/model"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/spf13/cobra"
)

// trainOptions are the flags of neurona train.
type trainOptions struct {
	source
	meaning
	engine
	measures
	rows        int
	test        float64
	validation  float64
	scale       string
	scaleTarget string
	missing     string
	rareBelow   int
	maxLevels   int

	shape

	loss        string
	optimizer   string
	ruleSpec    catalog.Spec // optimizer, parsed
	rate        float64
	findRate    bool
	momentum    float64
	weightDecay float64
	schedule    string
	rates       optim.Schedule // schedule, parsed
	warmup      int
	clipNorm    float64
	clipValue   float64
	ema         float64
	smoothing   float64
	accumulate  int

	batch     int
	epochs    int
	target    float64
	earlyStop int
	seed      uint64

	strictPrecision bool

	command string // as the model has it

	save  string
	plot  string
	json  bool
	quiet bool
}

// engine is which backend to compute on, and on how much of the machine: flags
// of every command that computes.
type engine struct {
	backend   string
	isa       string
	workers   int
	precision string
}

func (e *engine) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&e.backend, "backend", "auto", "what multiplies matrices: "+strings.Join(backends.Names(), ", "))
	f.StringVar(&e.isa, "isa", "", "instruction set of the kernels (default: the best; see neurona info)")
	f.IntVar(&e.workers, "workers", 0, "goroutines that share the work (default: all cores)")
	f.StringVar(&e.precision, "precision", string(blas.Float32), "of products: "+strings.Join(precisions(), ", ")+" (float32, with a note, where that is not to be had)")
	complete(cmd, "backend", backends.Names())
	complete(cmd, "precision", precisions())
	isas := make([]string, 0, 3)
	for _, isa := range cpu.Ladder() {
		isas = append(isas, string(isa))
	}
	complete(cmd, "isa", isas)
}

// precisions are the values of --precision, but for PyTorch's words.
func precisions() []string {
	var list []string
	for _, p := range blas.Precisions() {
		list = append(list, string(p))
	}
	return list
}

// parsePrecision reads --precision.
func (e *engine) parsePrecision() (blas.Precision, error) {
	p, err := blas.ParsePrecision(e.precision)
	return p, flagError("precision", err)
}

// open opens the backend.
func (e *engine) open() (blas.Backend, error) {
	if e.workers < 0 || e.workers > blas.MaxWorkers {
		return nil, badFlag("workers", e.workers, fmt.Sprintf("1 to %d, or 0 for all cores", blas.MaxWorkers))
	}
	b, err := backends.Open(e.backend, backends.Options{ISA: e.isa, Workers: e.workers})
	return b, blameUsage(err)
}

// The values of --missing.
const (
	missingImpute = "impute"
	missingDrop   = "drop"
)

func (o *trainOptions) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.SortFlags = false
	o.source.addFlags(cmd, "circle", "what to learn")
	f.IntVar(&o.rows, "rows", 0, "rows to train on, of a built-in set (default: the usual number)")
	o.form.addFlags(cmd)
	o.meaning.addFlags(cmd)
	f.StringVar(&o.missing, "missing", missingImpute, "table: what becomes of missing cells: impute, or drop the rows, in training")
	f.IntVar(&o.rareBelow, "rare-below", 0, "table: levels in fewer rows share a feature (0: 2 to 10, one for each 200 rows)")
	f.IntVar(&o.maxLevels, "max-levels", 256, "table: levels of a column that have a feature each, the most frequent")
	f.Float64Var(&o.test, "test", 0.2, "table: fraction of the rows to test with; 0 trains on all of them and tests nothing")
	f.Float64Var(&o.validation, "validation", 0, "fraction of the training rows to validate with after each epoch")
	f.StringVar(&o.scale, "scale", "", "scale features that are numbers, as the training rows suggest: "+strings.Join(scales(), ", ")+" (default: standardise for tables, else none)")
	f.StringVar(&o.scaleTarget, "scale-target", targetScales()[0], "table: scale a number to predict: "+strings.Join(targetScales(), ", ")+"; counts, which --loss poisson is of, stay as they are")

	o.shape.addFlags(cmd)

	f.StringVar(&o.loss, "loss", "auto", strings.Join(model.Losses().Names(), ", ")+", or auto, by the labels; with losses of numbers, from mse to poisson, the label of a table is a number")
	f.StringVar(&o.optimizer, "optimizer", "adam", strings.Join(optimizers(), ", ")+`, or with arguments, such as "sgd(momentum=0.9, decay=1e-4)"`)
	f.Float64Var(&o.rate, "lr", 0, "learning rate (default: by data and optimizer)")
	f.BoolVar(&o.findRate, "find-lr", false, "train no model, but try learning rates on a copy, and draw how the loss goes with them (--plot FILE, too)")
	f.Float64Var(&o.momentum, "momentum", 0, "of sgd, momentum and nesterov (default: 0 for sgd, else 0.9)")
	f.Float64Var(&o.weightDecay, "weight-decay", 0, "weight decay (default: 0.01 for adamw, else 0)")
	f.StringVar(&o.schedule, "schedule", "cosine", "of the learning rate: "+strings.Join(optim.Schedules().Names(), ", ")+`, or with arguments, such as "warmup(500, cosine(floor=0.1))"; cosine falls to 0 at the last epoch; schedule_free_adamw has constant unless this is given`)
	f.IntVar(&o.warmup, "warmup", 0, "steps over which the learning rate rises at first")
	f.Float64Var(&o.clipNorm, "clip-norm", 0, "largest norm of the gradient (0: any)")
	f.Float64Var(&o.clipValue, "clip-value", 0, "largest magnitude in the gradient (0: any)")
	f.Float64Var(&o.ema, "ema", 0, "answer with a moving average of the weights that forgets so slowly, such as 0.999 (0: with the last ones)")
	f.Float64Var(&o.smoothing, "label-smoothing", 0, "share of each label that all classes get alike, of cross_entropy")
	f.IntVar(&o.accumulate, "accumulate", 1, "batches that make one step together")

	f.IntVar(&o.batch, "batch", 0, "rows in a batch (default: by data)")
	f.IntVar(&o.epochs, "epochs", 0, "times to go through all rows (default: by data)")
	o.measures.addFlags(cmd, "on the rows to test with")
	f.Float64Var(&o.target, "target-accuracy", 0, "stop when the accuracy reaches this fraction, of a table on the validation rows, of built-in data on the test rows; exit with 3 if it never does")
	f.IntVar(&o.earlyStop, "early-stop", 0, "stop after so many epochs without a better validation loss, and go back to the best (0: never)")
	f.Uint64Var(&o.seed, "seed", 1, "of everything random: same seed, same result")
	o.engine.addFlags(cmd)
	f.BoolVar(&o.strictPrecision, "strict-precision", false, "fail where --precision is not to be had, rather than fall back to float32")

	f.StringVar(&o.save, "save", "", "file to save the model to, in the safetensors format; - for standard output, with --quiet")
	f.StringVar(&o.plot, "plot", "", "file to plot to (.png, .svg, .pdf): what was learnt of 2-D data, else loss and accuracy")
	f.BoolVar(&o.json, "json", false, "write events to standard output, one JSON object per line")
	f.BoolVar(&o.quiet, "quiet", false, "write no progress and no summary; with --json, only the result")

	complete(cmd, "scale", scales())
	complete(cmd, "scale-target", targetScales())
	complete(cmd, "missing", missings())
	completeBy(cmd, "loss", func(prefix string) []string {
		return append([]string{"auto"}, model.Losses().Complete(prefix)...)
	})
	completeBy(cmd, "optimizer", func(prefix string) []string {
		list := optim.Rules().Complete(prefix)
		for _, name := range optimizers() {
			if !slices.Contains(list, name) && !strings.Contains(name, "(") && strings.HasPrefix(name, prefix) { // an opened bracket is in the list
				list = append(list, name)
			}
		}
		return list
	})
	completeBy(cmd, "schedule", optim.Schedules().Complete)
}

func scales() []string       { return texts(table.ScaleKinds()) }
func targetScales() []string { return texts(table.TargetScales()) }

func missings() []string { return []string{missingImpute, missingDrop} }

// resolve fills in the recipe's part and reports flags that make no sense. It
// reads no data, so that a slip costs no time.
func (o *trainOptions) resolve(changed func(flag string) bool) error {
	if err := o.source.check(); err != nil {
		return err
	}
	if err := o.meaning.check(changed); err != nil {
		return err
	}
	if _, err := o.meaning.options(); err != nil {
		return err
	}
	r := recipeFor(o.name())
	if o.hidden = r.hidden; changed("hidden") {
		var err error
		if o.hidden, err = parseHidden(o.hiddenText); err != nil {
			return err
		}
	}
	if !changed("activation") {
		o.activation = r.activation
	}
	if !changed("scale") {
		o.scale = r.scale
	}
	if l, err := loss.Catalog().Parse(o.loss); err == nil && model.OfCounts(l) {
		if changed("scale-target") && slices.Contains(targetScales(), o.scaleTarget) && o.scaleTarget != string(table.Unscaled) {
			return badFlag("scale-target", o.scaleTarget, fmt.Sprintf("%s beside --loss %s: counts that are scaled are counts no more", table.Unscaled, l))
		}
		if !changed("scale-target") {
			o.scaleTarget = string(table.Unscaled)
		}
	}
	if !changed("batch") {
		o.batch = r.batch
	}
	if !changed("epochs") {
		o.epochs = r.epochs
	}
	if err := o.checkNames(); err != nil {
		return err
	}
	if o.innerName() == "schedule_free_adamw" && !changed("schedule") {
		o.schedule, o.rates = "constant", optim.Constant() // it averages in place of lowering the rate
	}
	if err := o.resolveRate(r, changed); err != nil {
		return err
	}
	if err := o.checkNumbers(changed); err != nil {
		return err
	}
	return o.checkTogether(changed)
}

// lossGiven tells whether a loss is given, and whether it compares outputs, or numbers that they are
// logarithms of, with the targets: a table's label is a number then.
func (o *trainOptions) lossGiven() (given, number bool) {
	l, err := loss.Catalog().Parse(o.loss)
	return err == nil, err == nil && model.SaysNumber(l)
}

// checkNames reports values that are none of the known ones.
func (o *trainOptions) checkNames() error {
	if !slices.Contains(scales(), o.scale) {
		return flagError("scale", names.Unknown("scaling", o.scale, scales()))
	}
	if !slices.Contains(targetScales(), o.scaleTarget) {
		return flagError("scale-target", names.Unknown("scaling", o.scaleTarget, targetScales()))
	}
	if !slices.Contains(missings(), o.missing) {
		return flagError("missing", names.Unknown("choice", o.missing, missings()))
	}
	if err := o.shape.check(); err != nil {
		return err
	}
	if o.loss != "auto" {
		l, err := model.ParseLoss(o.loss)
		if err != nil {
			return flagError("loss", err)
		}
		if l.Link() == loss.Identity && model.OfCounts(l) {
			return badFlag("loss", l, "poisson, without rate: outputs of the network may be below 0, where rates are not, and poisson takes them for logarithms of rates")
		}
	}
	if err := o.parseRule(); err != nil {
		return flagError("optimizer", err)
	}
	if err := o.measures.parse(); err != nil {
		return err
	}
	if err := o.parseSchedule(); err != nil {
		return flagError("schedule", err)
	}
	if _, err := o.parsePrecision(); err != nil {
		return err
	}
	if o.plot != "" && !slices.Contains(plotFormats(), plotFormat(o.plot)) {
		return flagError("plot", names.Unknown("kind of file", filepath.Ext(o.plot), []string{".png", ".svg", ".pdf"}))
	}
	return nil
}

// checkNumbers reports numbers out of range.
func (o *trainOptions) checkNumbers(changed func(flag string) bool) error {
	positive := func(v float64) bool { return v > 0 && v <= math.MaxFloat32 }
	notNegative := func(v float64) bool { return v >= 0 && v <= math.MaxFloat32 }
	fraction := func(v float64) bool { return v >= 0 && v < 1 }
	for _, c := range []struct {
		flag  string
		value any
		ok    bool
		want  string
	}{
		{"rows", o.rows, o.rows > 1 && o.rows <= model.MaxAsked || !changed("rows"), fmt.Sprintf("2 to %d", model.MaxAsked)},
		{"test", o.test, fraction(o.test), "a fraction, at least 0 and below 1"},
		{"rare-below", o.rareBelow, o.rareBelow >= 0, "at least 0 rows"},
		{"max-levels", o.maxLevels, o.maxLevels >= 1, "at least 1 level"},
		{"validation", o.validation, fraction(o.validation), "a fraction, at least 0 and below 1"},
		{"lr", o.rate, positive(o.rate), "a finite number above 0"},
		{"momentum", o.momentum, fraction(o.momentum), "at least 0 and below 1"},
		{"weight-decay", o.weightDecay, notNegative(o.weightDecay), "a finite number, at least 0"},
		{"warmup", o.warmup, o.warmup >= 0, "at least 0 steps"},
		{"clip-norm", o.clipNorm, notNegative(o.clipNorm), "a finite number, at least 0"},
		{"clip-value", o.clipValue, notNegative(o.clipValue), "a finite number, at least 0"},
		{"ema", o.ema, fraction(o.ema), "at least 0 and below 1"},
		{"label-smoothing", o.smoothing, fraction(o.smoothing), "a fraction, at least 0 and below 1"},
		{"accumulate", o.accumulate, o.accumulate >= 1, "at least 1 batch"},
		{"batch", o.batch, o.batch >= 1, "at least 1 row"},
		{"epochs", o.epochs, o.epochs >= 1, "at least 1"},
		{"target-accuracy", o.target, o.target > 0 && o.target <= 1 || !changed("target-accuracy"), "a fraction, above 0 and at most 1"},
		{"early-stop", o.earlyStop, o.earlyStop >= 0, "a number of epochs"},
	} {
		if !c.ok {
			return badFlag(c.flag, c.value, c.want)
		}
	}
	return nil
}

// checkTogether reports flags that contradict each other.
func (o *trainOptions) checkTogether(changed func(flag string) bool) error {
	for _, c := range []struct {
		bad bool
		say string
	}{
		{o.earlyStop > 0 && o.validation == 0, "--early-stop needs --validation, such as --validation 0.1"},
		{changed("momentum") && !slices.Contains(takers("momentum"), o.innerName()), "--momentum is of " + strings.Join(takers("momentum"), ", ") + ", not of " + o.innerName()},
		{o.findRate && (o.save != "" || o.target > 0 || o.earlyStop > 0 || len(o.metrics) > 0), "--find-lr trains no model: it goes without --save, --target-accuracy, --early-stop and --metric"},
		{o.clipNorm > 0 && o.clipValue > 0, "--clip-norm and --clip-value exclude each other"},
		{o.ema > 0 && o.ruleSpec.Name == "ema", "--ema goes beside a rule, and --optimizer is an ema already"},
		{o.optimizer == "nesterov" && changed("momentum") && o.momentum == 0, "--optimizer nesterov needs a --momentum above 0"},
		{o.batch == 1 && o.normalisesBatches(), "--batch is 1, want at least 2 rows beside --norm " + o.norm + ", which normalises by the rows of a batch"},
		{len(o.metrics) > 0 && !o.isBuiltIn() && o.test == 0, "--metric needs rows to test with, and --test is 0"},
		{changed("rows") && !o.isBuiltIn(), "--rows is of built-in data, not of tables"},
		{o.target > 0 && !o.isBuiltIn() && o.validation == 0, "--target-accuracy needs --validation, such as --validation 0.1: the rows to test with are not to be chosen by"},
	} {
		if c.bad {
			return &usageError{fmt.Errorf("%s", c.say)}
		}
	}
	flags := append(formFlags(), "test", "scale-target", "missing", "rare-below", "max-levels")
	if flag, given := o.meaning.given(); given {
		flags = append(flags, flag)
	}
	return o.ofTables(changed, flags...)
}
