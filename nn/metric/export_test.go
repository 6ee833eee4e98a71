package metric

// AddSamples adds samples of float64 to a state, to which Add widens those of batches. Targets are
// labels, or values; weights may be nil.
func AddSamples(s State, y, mean [][]float64, labels []int, values [][]float64, weights []float64) error {
	st := s.(*state)
	if err := st.open(form{len(y[0]), labels != nil}); err != nil {
		return err
	}
	for i := range y {
		r := &sample{y: y[i], mean: mean[i], weight: 1}
		if labels != nil {
			r.label = labels[i]
		} else {
			r.want = values[i]
		}
		if weights != nil {
			r.weight = weights[i]
		}
		st.any = true
		st.tally.add(r)
	}
	return nil
}
