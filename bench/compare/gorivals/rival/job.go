package rival

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"time"
)

// Layer is the weights of a fully connected layer.
type Layer struct {
	In, Out    int
	W          []float32 // [In][Out], row-major
	B          []float32 // [Out]
	Activation string    // after it: "sigmoid", "relu" or "identity"
}

// Job is a step: a network with its first weights, a batch, and how it is
// trained.
type Job struct {
	Layers    []Layer
	Batch     int
	X         []float32 // [Batch][In of the first layer]
	Values    []float32 // targets [Batch][Out of the last layer], or nil
	Labels    []int32   // targets [Batch], or nil
	Loss      string    // "mse", "ce" or "bce"
	Optimizer string    // "sgd" or "adam"
	Rate      float64
	Precision string

	sample, limit time.Duration
	samples       int
}

// Inputs and Outputs are the widths of the network's ends.
func (j *Job) Inputs() int  { return j.Layers[0].In }
func (j *Job) Outputs() int { return j.Layers[len(j.Layers)-1].Out }

// FLOPs counts the products of a step, nearly.
func (j *Job) FLOPs() float64 {
	total := 0.0
	for _, l := range j.Layers {
		total += 6 * float64(j.Batch) * float64(l.In) * float64(l.Out)
	}
	return total
}

// readJob reads the fields of a request and the file that they name.
func readJob(list []string) (*Job, error) {
	fields := map[string]string{}
	for _, f := range list {
		key, value, _ := strings.Cut(f, "=")
		fields[key] = value
	}
	j := &Job{Loss: fields["loss"], Optimizer: fields["optimizer"], Precision: fields["precision"]}
	var err error
	number := func(key string) int64 {
		v, e := strconv.ParseInt(fields[key], 10, 64)
		if e != nil && err == nil {
			err = fmt.Errorf("field %s: %w", key, e)
		}
		return v
	}
	j.Batch, j.samples = int(number("batch")), int(number("samples"))
	j.sample, j.limit = time.Duration(number("nanos")), time.Duration(number("limit"))
	var sizes []int
	for word := range strings.SplitSeq(fields["sizes"], "-") {
		n, e := strconv.Atoi(word)
		if e != nil || n < 1 {
			return nil, fmt.Errorf("sizes %q: want widths of at least 1, parted by -", fields["sizes"])
		}
		sizes = append(sizes, n)
	}
	if err != nil {
		return nil, err
	}
	if j.Rate, err = strconv.ParseFloat(fields["rate"], 64); err != nil {
		return nil, fmt.Errorf("field rate: %w", err)
	}
	if len(sizes) < 2 || j.Batch < 1 {
		return nil, fmt.Errorf("sizes %v, batch %d: want two sizes and a batch of 1 at least", sizes, j.Batch)
	}
	return j, j.readData(fields["file"], sizes, fields["hidden"], fields["output"])
}

// readData reads weights and batch: see stepData.encode of package compare.
func (j *Job) readData(file string, sizes []int, hidden, output string) error {
	raw, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	take := func(count int) []float32 {
		if err != nil || len(raw) < 4*count {
			err = fmt.Errorf("%s is too short", file)
			return nil
		}
		part := make([]float32, count)
		for i := range part {
			part[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
		}
		raw = raw[4*count:]
		return part
	}
	for i, in := range sizes[:len(sizes)-1] {
		l := Layer{In: in, Out: sizes[i+1], Activation: hidden}
		if i == len(sizes)-2 {
			l.Activation = output
		}
		l.W, l.B = take(l.In*l.Out), take(l.Out)
		j.Layers = append(j.Layers, l)
	}
	j.X = take(j.Batch * sizes[0])
	if j.Loss != "ce" {
		j.Values = take(j.Batch * j.Outputs())
		return err
	}
	for _, bits := range take(j.Batch) {
		j.Labels = append(j.Labels, int32(math.Float32bits(bits)))
	}
	return err
}

// OneHot is the labels as values: a 1 among zeros in each row.
func (j *Job) OneHot() []float32 {
	values := make([]float32, j.Batch*j.Outputs())
	for i, label := range j.Labels {
		values[i*j.Outputs()+int(label)] = 1
	}
	return values
}
