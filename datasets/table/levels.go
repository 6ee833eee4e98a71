package table

import (
	"fmt"
	"math"
	"strconv"
)

// levels finds the places of what a column's levels are called.
type levels struct {
	places map[string]int
	whole  bool // they are whole numbers as one writes them
	point  byte // of decimals, in texts

	// Of what a program has given as numbers and booleans.
	numbers map[float64]int // places of levels that are numbers; severally where several are the same one
	truths  [2]int          // places of the levels that stand for false and true
}

// Places of levels that are none.
const (
	nowhere   = -1
	severally = -2 // there are several, and which one is meant nobody knows
)

// newLevels looks up the places of levels; for a program's own values, of the numbers and truth values that they are too.
func newLevels(list []string, point byte, own bool) *levels {
	l := &levels{places: make(map[string]int, len(list)), whole: len(list) > 0, point: point, truths: [2]int{nowhere, nowhere}}
	for i, s := range list {
		l.places[s] = i
		l.whole = l.whole && isCanonical(s)
	}
	if !own {
		return l
	}
	l.numbers = map[float64]int{}
	for i, s := range list {
		if v, _, ok := number([]byte(s), point); ok {
			if _, twice := l.numbers[v]; twice {
				i = severally
			}
			l.numbers[v] = i
		}
		if t, ok := truth(s, truths[0]); ok {
			at := &l.truths[int(t)]
			if *at == nowhere {
				*at = i
			} else {
				*at = severally // True and true
			}
		}
	}
	return l
}

// text finds a level by how it is spelt.
func (l *levels) text(s string) (float64, bool) {
	i, ok := l.places[s]
	if !ok && l.whole {
		// 7 comes as 7.0 from a program in which a column with gaps has decimals.
		if v, _, is := number([]byte(s), l.point); is && v == math.Trunc(v) && math.Abs(v) < exact {
			var room [24]byte
			i, ok = l.places[string(strconv.AppendFloat(room[:0], v, 'f', 0, 64))]
		}
	}
	return float64(i), ok
}

// number finds the level that is a number, however it is spelt, as 01234 is 1234. Of integers that float64 does not tell apart none is found.
func (l *levels) number(v float64) (float64, cellState) {
	if math.Abs(v) >= exact {
		return 0, foreign
	}
	i, ok := l.numbers[v]
	switch {
	case !ok:
		return 0, foreign
	case i == severally:
		return 0, unclear
	}
	return float64(i), present
}

// truth finds the level that stands for a boolean.
func (l *levels) truth(v bool) (float64, cellState) {
	switch i := l.truths[flag(v)]; i {
	case nowhere:
		return 0, foreign
	case severally:
		return 0, unclear
	default:
		return float64(i), present
	}
}

// severalLevels is the error of a program's value that is unclear.
func severalLevels(text string) error {
	return fmt.Errorf("%w: several of the column's levels are %s: give the level as text", ErrValue, text)
}
