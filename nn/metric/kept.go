package metric

import (
	"cmp"
	"slices"
)

// kept are numbers by column, kept until a median or the like is asked for.
type kept struct {
	columns [][]float64 // [column][sample]
	weights []float64   // [sample]; nil if all are 1
	samples int
}

func newKept(f form) kept { return kept{columns: make([][]float64, f.columns)} }

// keep notes the weight of a sample.
func (k *kept) keep(w float64) {
	if w != 1 {
		k.weigh()
	}
	if k.weights != nil {
		k.weights = append(k.weights, w)
	}
	k.samples++
}

// weigh gives samples the weights that they have.
func (k *kept) weigh() {
	if k.weights == nil {
		k.weights = slices.Repeat([]float64{1}, k.samples)
	}
}

func (k *kept) mergeKept(from *kept) {
	for j := range k.columns {
		k.columns[j] = append(k.columns[j], from.columns[j]...)
	}
	if k.weights != nil || from.weights != nil {
		k.weigh()
		weights := from.weights
		if weights == nil {
			weights = slices.Repeat([]float64{1}, from.samples)
		}
		k.weights = append(k.weights, weights...)
	}
	k.samples += from.samples
}

// weighed is a number and how much it counts.
type weighed struct{ value, weight float64 }

// sorted returns the numbers of a column in order, NaN first. They are ordered by all that they
// are, so that no bit depends on how they came.
func (k *kept) sorted(column int) []weighed {
	list := make([]weighed, k.samples)
	for i, v := range k.columns[column] {
		list[i] = weighed{v, 1}
		if k.weights != nil {
			list[i].weight = k.weights[i]
		}
	}
	slices.SortFunc(list, func(a, b weighed) int {
		return cmp.Or(cmp.Compare(a.value, b.value), cmp.Compare(a.weight, b.weight))
	})
	return list
}

// quantile returns the first of sorted numbers up to which a part of the weight is, and whether it
// is exactly that; next is the one behind it, or itself if it is the last.
func quantile(list []weighed, part float64) (v, next float64, exactly bool) {
	if list[0].value != list[0].value {
		return list[0].value, list[0].value, false
	}
	all := 0.0
	for _, w := range list {
		all += w.weight
	}
	below := 0.0
	for i, w := range list {
		below += w.weight
		if below >= float64(part*all) || i == len(list)-1 {
			return w.value, list[min(i+1, len(list)-1)].value, below == float64(part*all)
		}
	}
	return v, next, false // there was nothing
}

// median is that of sorted numbers.
func median(list []weighed) float64 {
	v, next, exactly := quantile(list, 0.5)
	if exactly {
		return v + (next-v)/2
	}
	return v
}
