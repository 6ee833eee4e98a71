package data_test

import (
	"fmt"
	"io"
	"iter"
	"math/rand/v2"

	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Samples that nobody keeps: points and whether they are within the unit circle, drawn
// anew in every epoch. The same epoch always has the same ones, so training can be resumed
// in its middle.
func ExampleFromSeq() {
	info := data.Info{
		Features: 2, Target: data.LabelTarget, Rows: 10,
		Fingerprint: func() string { return "points of seed 1" },
	}
	source := data.FromSeq(info, func(epoch int) iter.Seq2[data.Batch, error] {
		return func(yield func(data.Batch, error) bool) {
			rng := rand.New(rand.NewPCG(1, uint64(epoch)))
			point := make([]float32, 2) // used again: batches are copies
			label := make([]int, 1)
			for range info.Rows {
				point[0], point[1] = 2*rng.Float32()-1, 2*rng.Float32()-1
				label[0] = 0
				if point[0]*point[0]+point[1]*point[1] < 1 {
					label[0] = 1
				}
				x := tensor.Matrix{Rows: 1, Cols: 2, Stride: 2, Data: point}
				if !yield(data.Batch{X: x, Target: data.Labels(label)}, nil) {
					return
				}
			}
		}
	})

	stream, err := data.Prefetch(source, 2).Open(1, 0, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer stream.Close()
	if err := stream.Skip(4); err != nil { // these were seen before
		fmt.Println(err)
		return
	}
	var b data.Batch
	for {
		err := stream.Next(&b, 4)
		if err == io.EOF {
			break
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(b.X.Rows, "points, within:", b.Target.Labels)
	}
	// Output:
	// 4 points, within: [1 1 1 1]
	// 2 points, within: [0 1]
}

// squares is a source of one's own: the numbers below rows and their squares. A row follows
// from its number, so Skip costs nothing.
type squares struct{ rows int }

func (s squares) Info() data.Info {
	return data.Info{Features: 1, Target: data.ValueTarget, Values: 1, Rows: int64(s.rows)}
}

func (s squares) Open(_, rank, ranks int) (data.Stream, error) {
	if rank < 0 || rank >= ranks {
		return nil, fmt.Errorf("squares: no rank %d of %d", rank, ranks)
	}
	return &squareStream{source: s, rank: rank, ranks: ranks}, nil
}

type squareStream struct {
	source      squares
	rank, ranks int
	at          int
}

func (s *squareStream) Next(b *data.Batch, rows int) error {
	whole := min(rows, s.source.rows-s.at)
	if whole == 0 {
		return io.EOF
	}
	lo, hi := data.Share(whole, s.rank, s.ranks)
	if err := b.Reserve(s.source.Info(), hi-lo); err != nil {
		return err
	}
	for i := range hi - lo {
		x := float32(s.at + lo + i)
		tensor.Row(b.X, i)[0] = x
		tensor.Row(b.Target.Values, i)[0] = x * x
	}
	s.at += whole
	return nil
}

func (s *squareStream) Skip(rows int64) error {
	if left := s.source.rows - s.at; rows > int64(left) {
		s.at += left
		return io.EOF
	}
	s.at += int(rows)
	return nil
}

func (s *squareStream) Close() error { return nil }

// Two ranks share the batches of a source of one's own.
func ExampleSource() {
	source := squares{rows: 7}
	var b data.Batch
	for rank := range 2 {
		stream, err := source.Open(1, rank, 2)
		if err != nil {
			fmt.Println(err)
			return
		}
		for err = stream.Next(&b, 4); err == nil; err = stream.Next(&b, 4) {
			fmt.Print("rank ", rank, ":")
			for i := range b.X.Rows {
				fmt.Print(" ", tensor.Row(b.X, i)[0], "²=", tensor.Row(b.Target.Values, i)[0])
			}
			fmt.Println()
		}
		if err != io.EOF {
			fmt.Println(err)
		}
		if err := stream.Close(); err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// rank 0: 0²=0 1²=1
	// rank 0: 4²=16 5²=25
	// rank 1: 2²=4 3²=9
	// rank 1: 6²=36
}
