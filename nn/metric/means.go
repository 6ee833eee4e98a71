package metric

// sampleMean is the mean over samples of a function of them.
type sampleMean struct {
	of          func(s *sample) float64
	sum, weight float64
}

func (m *sampleMean) add(s *sample) {
	m.sum += float64(s.weight * m.of(s))
	m.weight += s.weight
}

func (m *sampleMean) merge(from tally) {
	o := from.(*sampleMean)
	m.sum += o.sum
	m.weight += o.weight
}

func (m *sampleMean) value() float64 { return m.sum / m.weight }

// columnMeans are the means over samples of a function of each mean and value. The metric
// is the mean over columns of what finish makes of them.
type columnMeans struct {
	of     func(y, t float64) float64
	finish func(mean float64) float64
	weight float64
	sums   []float64 // by column: Σ w·of(y, t)
}

func newColumnMeans(f form, of func(y, t float64) float64) *columnMeans {
	return &columnMeans{of: of, finish: func(mean float64) float64 { return mean }, sums: make([]float64, f.columns)}
}

func (m *columnMeans) add(s *sample) {
	m.weight += s.weight
	for j, t := range s.want {
		m.sums[j] += float64(s.weight * m.of(s.mean[j], t))
	}
}

func (m *columnMeans) merge(from tally) {
	o := from.(*columnMeans)
	m.weight += o.weight
	for j, sum := range o.sums {
		m.sums[j] += sum
	}
}

func (m *columnMeans) columns() []float64 {
	row := make([]float64, len(m.sums))
	for j, sum := range m.sums {
		row[j] = m.finish(sum / m.weight)
	}
	return row
}

func (m *columnMeans) value() float64 { return mean(m.columns()) }

func (m *columnMeans) details() [][]float64 { return byColumn(m.columns()) }

// byColumn are details of columns, where there are several.
func byColumn(columns []float64) [][]float64 {
	if len(columns) == 1 {
		return nil
	}
	return [][]float64{columns}
}

func mean(list []float64) float64 {
	sum := 0.0
	for _, v := range list {
		sum += v
	}
	return sum / float64(len(list))
}
