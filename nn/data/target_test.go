package data_test

import (
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/tensor"
)

func TestTargetRows(t *testing.T) {
	labels := data.Labels([]int{5, 6, 7}).Rows(1, 3)
	if !slices.Equal(labels.Labels, []int{6, 7}) || labels.Values.Rows != 0 {
		t.Errorf("rows 1 and 2 of labels are %+v", labels)
	}
	values := data.Values(tensor.Matrix{Rows: 3, Cols: 1, Stride: 2, Data: []float32{5, 0, 6, 0, 7}}).Rows(1, 3)
	if values.Labels != nil || values.Values.Rows != 2 || tensor.Row(values.Values, 1)[0] != 7 {
		t.Errorf("rows 1 and 2 of values are %+v", values)
	}
	values.Weights = []float32{0.5, 2}
	if last := values.Rows(1, 2); !slices.Equal(last.Weights, []float32{2}) || last.Values.Rows != 1 {
		t.Errorf("the last row is %+v", last)
	}
	if w := values.Weight(2); w != 2.5 {
		t.Errorf("the weight is %v, want 2.5", w)
	}
	if w := labels.Weight(2); w != 2 {
		t.Errorf("the weight of two rows without weights is %v", w)
	}
}
