package model

import "math"

// Baseline is the score of who knows nothing of the rows, and always says the class that is most frequent among them, or the mean of
// their numbers: what a model has to be better than. It has no loss.
func (t *Task) Baseline(e *Examples) Score {
	s := Score{Rows: e.Rows, Loss: math.NaN()}
	for c := range t.targets {
		target, truth := &t.targets[c], &e.Truth[c]
		of := TargetScore{target.label, math.NaN(), math.NaN(), math.NaN()}
		if target.classes != nil {
			counts, most := make([]int, len(target.classes)), 0
			for _, class := range truth.Classes {
				counts[class]++
				most = max(most, counts[class])
			}
			of.Accuracy = float64(most) / float64(e.X.Rows+e.Foreign[c])
		} else {
			mean := 0.0
			for _, v := range truth.Values {
				mean += v / float64(len(truth.Values))
			}
			spread := make([]float64, len(truth.Values))
			for i, v := range truth.Values {
				spread[i] = v - mean
			}
			if of.RMSE = rootMeanSquare(spread); of.RMSE > 0 {
				of.R2 = 0
			}
		}
		s.Targets = append(s.Targets, of)
	}
	return s
}

// AccuracyInterval is where the accuracy is, on rows of which there are many, of a model that has an accuracy on so many rows: with a
// probability of 95 %, as Wilson has it. Both ends are NaN if it has none.
func AccuracyInterval(accuracy float64, rows int) (low, high float64) {
	if !(accuracy >= 0 && accuracy <= 1) || rows < 1 {
		return math.NaN(), math.NaN()
	}
	const z = 1.959963984540054 // of the normal distribution, 2.5 % are above it
	n := float64(rows)
	middle := accuracy + z*z/(2*n)
	half := z * math.Sqrt(accuracy*(1-accuracy)/n+z*z/(4*n*n))
	whole := 1 + z*z/n
	return max((middle-half)/whole, 0), min((middle+half)/whole, 1)
}
