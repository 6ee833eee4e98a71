package metric

import (
	"fmt"
	"slices"

	"github.com/neurona-ml/neurona/nn/catalog"
)

// Average is how the scores of several classes become one.
type Average uint8

// The averages, as scikit-learn has them.
const (
	Macro    Average = iota // the mean of those of the classes
	Micro                   // that of the counts of all classes together
	Weighted                // the mean by how often a class is true
	Binary                  // that of class 1 of two, of which there are no others
	Samples                 // the mean of those of samples that have several labels of yes or no
)

var averages = []string{"macro", "micro", "weighted", "binary", "samples"}

// String returns the average's word: "macro".
func (a Average) String() string {
	if int(a) < len(averages) {
		return averages[a]
	}
	return fmt.Sprintf("average %d", uint8(a))
}

// averageParam is the parameter of a part that has the first n averages.
func averageParam(n int, help string) catalog.Param {
	return catalog.Param{Name: "average", Kind: catalog.Word, Default: "macro", Choices: averages[:n], Help: help}
}

// averageOf reads the parameter.
func averageOf(a catalog.Args) Average { return Average(slices.Index(averages, a.Word("average"))) }

// fits reports an average that is none, and one that the form has not.
func (a Average) fits(m Metric, f form) error {
	switch {
	case a > Samples:
		return &MismatchError{m.String(), "averages", a.String(), "macro, micro, weighted, binary or samples"}
	case a == Binary && !f.binary():
		return wants(m, f, "those of two classes: one of yes or no, or two of a softmax")
	case a == Samples && !f.multilabel():
		return wants(m, f, "those of several labels of yes or no")
	}
	return nil
}
