package main

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurona-ml/neurona/nn/model"
)

// columnScore is how a model does for one column, as JSON.
type columnScore struct {
	Label    string `json:"label"`
	Accuracy number `json:"accuracy"` // null for numbers
	RMSE     number `json:"rmse"`     // in the number's own unit; null for classes
	R2       number `json:"r2"`       // null for classes
}

func columnScores(s *model.Score) []columnScore {
	list := make([]columnScore, len(s.Targets))
	for i, t := range s.Targets {
		list[i] = columnScore{t.Label, number(t.Accuracy), number(t.RMSE), number(t.R2)}
	}
	return list
}

// several are the scores of columns where there is more than one.
func several(columns []columnScore) []columnScore {
	if len(columns) == 1 {
		return nil
	}
	return columns
}

// describeScore says what an evaluation gave: of each column the accuracy, or the root mean
// square error in the units of the data.
func describeScore(s *model.Score) string {
	var b strings.Builder
	for _, t := range s.Targets {
		if len(s.Targets) > 1 {
			fmt.Fprintf(&b, "%s: ", t.Label)
		}
		switch {
		case !math.IsNaN(t.RMSE):
			fmt.Fprintf(&b, "root mean square error %.6g, ", t.RMSE)
			if !math.IsNaN(t.R2) {
				fmt.Fprintf(&b, "R² %.4f, ", t.R2)
			}
		case !math.IsNaN(t.Accuracy):
			fmt.Fprintf(&b, "accuracy %s, ", percent(t.Accuracy))
		}
	}
	fmt.Fprintf(&b, "loss %.4g on %d rows", s.Loss, s.Rows)
	return b.String()
}

// describeBaseline says how who knows nothing of rows does on them.
func describeBaseline(s *model.Score) string {
	var list []string
	for _, t := range s.Targets {
		text := fmt.Sprintf("root mean square error %.6g, by the mean", t.RMSE)
		if math.IsNaN(t.RMSE) {
			text = fmt.Sprintf("accuracy %s, by the most frequent class", percent(t.Accuracy))
		}
		if len(s.Targets) > 1 {
			text = t.Label + ": " + text
		}
		list = append(list, text)
	}
	return strings.Join(list, "; ")
}
