package metric

// class is the class that the sample is of, where there are labels or a single value.
func (s *sample) class() int {
	if s.want == nil {
		return s.label
	}
	return int(s.want[0])
}

// answer is the class that outputs say, where there are labels or a single value. Outputs of
// which any is NaN say the class that is farthest from the right one: NaN is no answer, but
// must be a wrong one.
func (s *sample) answer() int {
	if s.want != nil {
		return bit(s.yes(0))
	}
	answer := argmax(s.y)
	if last := len(s.y) - 1; answer < 0 && 2*s.label < last {
		answer = last
	}
	return max(answer, 0)
}

// yes reports what output j says to a value that is 0 or 1: whether the mean is above ½, or another threshold.
// Where a logit is so small that its mean rounds to ½, its sign decides. NaN says what
// is wrong.
func (s *sample) yes(j int) bool {
	y, mean := s.y[j], s.mean[j]
	if y != y || mean != mean {
		return s.want[j] == 0
	}
	if s.threshold > 0 {
		return mean > s.threshold
	}
	return mean > 0.5 || mean == 0.5 && 0 < y && y < 0.5
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// argmax returns the index of the largest output, the first of equal ones, or -1 if
// any is NaN.
func argmax(y []float64) int {
	best := 0
	for j, v := range y {
		if v != v {
			return -1
		}
		if v > y[best] {
			best = j
		}
	}
	return best
}
