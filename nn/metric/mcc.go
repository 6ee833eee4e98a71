package metric

import (
	"math"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/loss"
)

type mcc struct{}

// MCC is Matthews' correlation of answers and classes (scikit-learn's matthews_corrcoef): 1 is
// perfect, 0 no better than chance, and below 0 worse. Of more than two classes it is Gorodkin's R_K
// ("Comparing two K-category assignments by a K-category correlation coefficient", 2004). It is 0 where all samples are of a class, or all answers. Outputs of
// which any is NaN answer the class that is farthest from the right one.
func MCC() Metric { return mcc{} }

func mccPart() catalog.Part[Metric] {
	return catalog.Part[Metric]{
		Name: "mcc", Help: "Matthews' correlation of answers and classes", Formula: "cov(answer, class) / √(cov(answer, answer)·cov(class, class))",
		Formerly: map[string]string{"matthews_corrcoef": "mcc", "matthews": "mcc"},
		New:      func(catalog.Args) (Metric, error) { return MCC(), nil },
	}
}

func (m mcc) String() string { return "mcc" }

func (m mcc) Higher() bool { return true }

func (m mcc) Check(link loss.Link, outputs int) error { return check(m, link, outputs) }

func (m mcc) Start() State { return &state{metric: m} }

func (m mcc) about() subject { return classes }

func (m mcc) fits(f form) error { return exclusive(m, f) }

func (m mcc) tally(f form) tally {
	return &correlation{newClassCounts(f)}
}

type correlation struct{ classCounts }

func (c *correlation) merge(from tally) { c.mergeCounts(&from.(*correlation).classCounts) }

// Shares of the whole keep sums of weights of any size from overflowing.
func (c *correlation) value() float64 {
	all := 0.0
	for _, n := range c.classes {
		all += n.both + n.came
	}
	both, chance, answers, classes := 0.0, 0.0, 0.0, 0.0
	said, were := 0, 0 // classes that any sample answered, and was of
	for _, n := range c.classes {
		answered, came := (n.both+n.answered)/all, (n.both+n.came)/all
		both += n.both / all
		chance += float64(answered * came)
		answers += float64(answered * (1 - answered))
		classes += float64(came * (1 - came))
		said += bit(answered > 0)
		were += bit(came > 0)
	}
	if said < 2 || were < 2 { // the sums may not be 0 for that, which are rounded
		return 0
	}
	return (both - chance) / math.Sqrt(answers*classes)
}
