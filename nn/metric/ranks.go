package metric

import (
	"cmp"
	"slices"
)

// ranks keep the scores of samples, by what they are of: by class where there are labels of more
// than two, and otherwise by column and whether the value is 0 or 1.
type ranks struct {
	form   form
	width  int // scores of a sample in a group
	groups []group
	nan    bool // an output was

	measured []weighed // by class or label, of all that was kept; nil if it is not known yet
}

// group is samples that are of the same.
type group struct {
	scores  []float64 // [sample][width]
	weights []float64 // [sample]; nil if all are 1
}

func newRanks(f form) ranks {
	switch {
	case f.binary():
		return ranks{form: f, width: 1, groups: make([]group, 2)}
	case f.labels:
		return ranks{form: f, width: f.columns, groups: make([]group, f.columns)}
	}
	return ranks{form: f, width: 1, groups: make([]group, 2*f.columns)}
}

// Scores are outputs, which do not round to 1 as probabilities do, but for several classes.
func (r *ranks) add(s *sample) {
	switch {
	case s.want != nil:
		for j, want := range s.want {
			r.keep(&r.groups[2*j+int(want)], s.weight, s.y[j])
		}
	case r.form.binary():
		r.keep(&r.groups[s.label], s.weight, s.y[1]-s.y[0])
	default:
		r.keep(&r.groups[s.label], s.weight, s.mean...)
	}
}

func (r *ranks) keep(g *group, w float64, scores ...float64) {
	for _, v := range scores {
		r.nan = r.nan || v != v
	}
	if w != 1 {
		g.weigh(r.width)
	}
	r.measured = nil
	if g.weights != nil {
		g.weights = append(g.weights, w)
	}
	g.scores = append(g.scores, scores...)
}

// weigh gives samples the weights that they have.
func (g *group) weigh(width int) {
	if g.weights == nil {
		g.weights = slices.Repeat([]float64{1}, len(g.scores)/width)
	}
}

func (r *ranks) mergeRanks(from *ranks) {
	r.nan, r.measured = r.nan || from.nan, nil
	for k := range from.groups {
		g, o := &r.groups[k], &from.groups[k]
		if g.weights != nil || o.weights != nil {
			g.weigh(r.width)
			weights := o.weights
			if weights == nil {
				weights = slices.Repeat([]float64{1}, len(o.scores)/r.width)
			}
			g.weights = append(g.weights, weights...)
		}
		g.scores = append(g.scores, o.scores...)
	}
}

// ranked is a sample by a score. The weight is below 0 if the sample is none of those asked for.
type ranked struct{ score, weight float64 }

// question is which scores to rank: those of samples of some group in a column.
type question struct {
	group, column int
	yes           bool // the samples are of what is asked for
}

// several are the questions, one list for each class or label, that ask for it against the rest.
func (r *ranks) several() [][]question {
	switch {
	case r.form.binary():
		return [][]question{{{0, 0, false}, {1, 0, true}}}
	case r.form.labels:
		list := make([][]question, len(r.groups))
		for k := range list {
			for g := range r.groups {
				list[k] = append(list[k], question{g, k, g == k})
			}
		}
		return list
	}
	list := make([][]question, r.form.columns)
	for j := range list {
		list[j] = []question{{2 * j, 0, false}, {2*j + 1, 0, true}}
	}
	return list
}

// sorted returns the samples that the questions are about in order of score, and the weight of
// those asked for. They are ordered by all that they are, so that no bit depends on how they came.
func (r *ranks) sorted(questions []question) (list []ranked, yes float64) {
	n := 0
	for _, q := range questions {
		n += len(r.groups[q.group].scores) / r.width
	}
	list = make([]ranked, 0, n)
	for _, q := range questions {
		g := &r.groups[q.group]
		for i := q.column; i < len(g.scores); i += r.width {
			w := 1.0
			if g.weights != nil {
				w = g.weights[i/r.width]
			}
			if !q.yes {
				w = -w
			}
			list = append(list, ranked{g.scores[i], w})
		}
	}
	slices.SortFunc(list, func(a, b ranked) int {
		if c := cmp.Compare(a.score, b.score); c != 0 {
			return c
		}
		return cmp.Compare(a.weight, b.weight)
	})
	for _, e := range list {
		yes += max(e.weight, 0)
	}
	return list, yes
}

// average is the average over classes or labels of a measure of those that are in order.
func (r *ranks) average(a Average, measure func([]ranked) float64) float64 {
	if a == Micro {
		list, _ := r.sorted(slices.Concat(r.several()...))
		return measure(list)
	}
	sum, all := 0.0, 0.0
	for _, m := range r.each(measure) {
		if a == Macro {
			m.weight = 1
		}
		sum += float64(m.weight * m.value)
		all += m.weight
	}
	return ratio(sum, all)
}

// each returns a measure of each class or label, and what those that are of it weigh.
func (r *ranks) each(measure func([]ranked) float64) []weighed {
	if r.measured == nil {
		for _, questions := range r.several() {
			list, weight := r.sorted(questions)
			r.measured = append(r.measured, weighed{measure(list), weight})
		}
	}
	return r.measured
}

// detailed are measures, where there are several.
func (r *ranks) detailed(measure func([]ranked) float64) [][]float64 {
	if r.nan || r.form.binary() {
		return nil
	}
	var row []float64
	for _, m := range r.each(measure) {
		row = append(row, m.value)
	}
	return [][]float64{row}
}

// tied returns how many of those that are first in order have the same score, and what those asked
// for, and the others among them, weigh.
func tied(list []ranked) (n int, yes, no float64) {
	for ; n < len(list) && list[n].score == list[0].score; n++ {
		if w := list[n].weight; w > 0 {
			yes += w
		} else {
			no -= w
		}
	}
	return n, yes, no
}

// area is that under the ROC curve: NaN if all or none are those asked for.
func area(list []ranked) float64 {
	area, above, below := 0.0, 0.0, 0.0 // below: weights of the others so far
	for len(list) > 0 {
		n, yes, no := tied(list)
		area += float64(yes * (below + no/2))
		above, below, list = above+yes, below+no, list[n:]
	}
	return area / (above * below)
}

// averagePrecisionOf adds up precision at each score, highest first, by how much recall grows there. It
// is 0 if none are those asked for.
func averagePrecisionOf(list []ranked) float64 {
	slices.Reverse(list)
	sum, above, below := 0.0, 0.0, 0.0
	for len(list) > 0 {
		n, yes, no := tied(list)
		above, below, list = above+yes, below+no, list[n:]
		sum += float64(yes * above / (above + below))
	}
	return ratio(sum, above)
}
