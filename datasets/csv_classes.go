package datasets

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/neurona-ml/neurona/internal/names"
)

// maxNumberedClass is the largest label that is taken for the number of a class.
// Larger ones are years, codes or amounts, where 0..max would be mostly empty.
const maxNumberedClass = 255

// classColumn collects the labels of a table and turns them into class indices.
type classColumn struct {
	known  []string       // the classes asked for; nil to find them
	index  map[string]int // spelling -> index into known or texts
	texts  []string       // distinct spellings in order of appearance
	lines  []int          // the line where each appeared
	labels []int          // per row: index into known or texts
}

func newClassColumn(known []string) *classColumn {
	c := &classColumn{known: known, index: make(map[string]int)}
	for i, name := range known {
		// A class "1" is also meant by "1.0"; an exact spelling goes first.
		if canonical, ok := canonicalNumber(name); ok {
			if _, taken := c.index[canonical]; !taken {
				c.index[canonical] = i
			}
		}
	}
	for i, name := range slices.Backward(known) {
		c.index[name] = i
	}
	return c
}

// add appends the label of one row.
func (c *classColumn) add(text string, line int) error {
	if i, ok := c.index[text]; ok {
		c.labels = append(c.labels, i)
		return nil
	}
	if text == "" {
		return fmt.Errorf("%w: the cell is empty", ErrLabel)
	}
	if v, err := strconv.ParseFloat(text, 64); v-v != 0 {
		return fmt.Errorf("%w: %s, want a class", ErrNotFinite, quote(text)) // NaN, Inf or 1e999
	} else if err == nil && c.known != nil {
		if i, ok := c.index[formatNumber(v)]; ok {
			c.labels = append(c.labels, i)
			return nil
		}
	}
	if c.known != nil {
		return fmt.Errorf("%w: %w", ErrLabel, names.Unknown("class", text, c.known))
	}
	text = strings.Clone(text) // not the whole line that it is a part of
	c.index[text] = len(c.texts)
	c.labels = append(c.labels, len(c.texts))
	c.texts = append(c.texts, text)
	c.lines = append(c.lines, line)
	return nil
}

// resolve returns the class index of each row and the names of the classes; on
// error, the line that it is about.
func (c *classColumn) resolve() (labels []int, classes []string, line int, err error) {
	if c.known != nil {
		return c.labels, slices.Clone(c.known), 0, nil
	}
	values, numeric := numbers(c.texts)
	var class []int // of each text
	if numeric {
		class, classes = numberedClasses(values)
		if len(classes) > maxNumberedClass+1 {
			return nil, nil, c.lines[maxNumberedClass+1], fmt.Errorf(
				"%w: %d different numbers, want at most %d classes (a quantity is read with Regression)",
				ErrLabel, len(classes), maxNumberedClass+1)
		}
	} else {
		class, classes = rank(c.texts)
	}
	for i, text := range c.labels {
		c.labels[i] = class[text]
	}
	return c.labels, classes, 0, nil
}

// numbers parses all texts, or says that one of them is not a number.
func numbers(texts []string) ([]float64, bool) {
	values := make([]float64, len(texts))
	for i, text := range texts {
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, false
		}
		values[i] = v
	}
	return values, true
}

// numberedClasses returns the class of each value and the names of all classes.
func numberedClasses(values []float64) (class []int, classes []string) {
	small := func(v float64) bool { return v >= 0 && v <= maxNumberedClass && v == math.Trunc(v) }
	if slices.ContainsFunc(values, func(v float64) bool { return !small(v) }) {
		class, distinct := rank(values)
		for _, v := range distinct {
			classes = append(classes, formatNumber(v))
		}
		return class, classes
	}
	for i := range int(slices.Max(values)) + 1 {
		classes = append(classes, strconv.Itoa(i))
	}
	for _, v := range values {
		class = append(class, int(v))
	}
	return class, classes
}

// rank returns the distinct values in ascending order and the place of each
// value among them.
func rank[T cmp.Ordered](values []T) (place []int, distinct []T) {
	distinct = slices.Compact(slices.Sorted(slices.Values(values)))
	place = make([]int, len(values))
	for i, v := range values {
		place[i], _ = slices.BinarySearch(distinct, v)
	}
	return place, distinct
}

// canonicalNumber returns the one spelling of a finite number.
func canonicalNumber(text string) (string, bool) {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || v-v != 0 {
		return "", false
	}
	return formatNumber(v), true
}

// formatNumber spells a number as a class name: 3, 0.5, 1e+20.
func formatNumber(v float64) string {
	if v == 0 {
		return "0" // of either sign
	}
	if v == math.Trunc(v) && math.Abs(v) < 1e15 {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}
