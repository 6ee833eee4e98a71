package table

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// suspect looks for what is often wrong with tables.
func (r *inferring) suspect() {
	used := 0
	for i := range r.schema.Fields {
		used += flag(r.schema.Fields[i].Use)
	}
	for i := range r.schema.Fields {
		f := &r.schema.Fields[i]
		if !f.Use || f.Refused != nil {
			continue
		}
		if f.tellsDates() && !r.schema.byTime() {
			f.addDoubt(r.schema, DoubtTime, "rows have a date: a random split tests on the past as well as on the future", by("PastFutureColumn", f.Label(), "tests on the future"))
		}
		if f.Kind == Number && !f.Asked && namesIDs(f.Name) && f.Distinct < len(r.rows)-f.Missing && f.isWhole(&r.views[i], f.sorted(r.t.columns[i], r.rows)) {
			f.addDoubt(r.schema, DoubtIdentifier, "its name says that its numbers are ids, but they recur: they are taken for quantities", asOneOf(f, "", "code").or(by("GroupColumn", f.Label(), "if rows of one belong together")).or(by("Drop", f.Label(), "")))
		}
		for j := range r.schema.Targets {
			if used == 1 {
				break // nothing else is there to learn from
			}
			r.suspectLeak(i, &r.schema.Targets[j], used)
		}
	}
	if twins := r.twins(); twins > 0 {
		r.schema.doubt(DoubtTwins, -1, fmt.Sprintf("rows that are identical with an earlier one in all that is used, the label too: %d", twins), inWords("a split keeps them on one side; remove them if they are copies"))
	}
}

// suspectLevels looks for levels that differ by case or by blanks alone.
func (r *inferring) suspectLevels(i int, l counted) {
	f := &r.schema.Fields[i]
	a, b, n := nearlyAlike(l.levels)
	if n > 0 {
		f.addDoubt(r.schema, DoubtLevels, fmt.Sprintf("levels differ by case, blanks or how letters are composed alone: %s and %s", quote(a), quote(b)), inWords("write them alike if they are one"))
	}
}

// suspectTruths looks for booleans but for a few cells.
func (r *inferring) suspectTruths(f *Field, l counted) {
	for _, pair := range truths {
		cells, of, other := 0, 0, ""
		var seen [2]bool
		for j, s := range l.levels {
			cells += l.counts[j]
			if v, ok := truth(s, pair); ok {
				of += l.counts[j]
				seen[int(v)] = true
			} else {
				other = s
			}
		}
		if seen[0] && seen[1] && of < cells && 10*of >= 9*cells {
			f.addDoubt(r.schema, DoubtWords, fmt.Sprintf("%d of %d cells are %s or %s, but %s is not", of, cells, pair[0], pair[1], quote(other)), by("Na", other, "if it stands for a missing cell"))
		}
	}
}

// suspectClasses looks for classes that are one, and for those that are hardly there.
func (r *inferring) suspectClasses(i int, l counted) {
	f := &r.schema.Fields[i]
	// What was doubted before it was known that these are labels is of features.
	r.schema.Doubts = slices.DeleteFunc(r.schema.Doubts, func(d Doubt) bool {
		return d.Column == i && (d.Kind == DoubtLevels || d.Kind == DoubtIdentifier)
	})
	if a, b, n := nearlyAlike(l.levels); n > 0 {
		f.addDoubt(r.schema, DoubtLevels, fmt.Sprintf("classes differ by case, blanks, how letters are composed or how numbers are written alone: %s and %s", quote(a), quote(b)), inWords("write them alike if they are one"))
	}
	var alone []string
	for j, n := range l.counts {
		if n == 1 {
			alone = append(alone, quote(l.levels[j]))
		}
	}
	if len(alone) > 0 {
		f.addDoubt(r.schema, DoubtLevels, fmt.Sprintf("classes in one row alone, %d: %s", len(alone), shorten(strings.Join(alone, ", "), 200)), inWords("a class that is tested on must be in other rows too"))
	}
}

// nearlyAlike finds levels that are one but for case, blanks, how letters are composed and how a number is written.
func nearlyAlike(levels []string) (a, b string, n int) {
	known := map[string]string{}
	for _, s := range slices.Sorted(slices.Values(levels)) {
		key := strings.ToLower(norm.NFC.String(strings.Join(strings.Fields(s), " ")))
		if v, _, ok := number([]byte(key), '.'); ok && math.Abs(v) < 1<<53 {
			if v == 0 {
				v = 0 // -0 is 0
			}
			key = fmt.Sprint(v)
		}
		before, have := known[key]
		if !have {
			known[key] = s
			continue
		}
		if n++; n == 1 {
			a, b = before, s
		}
	}
	return a, b, n
}

// twins counts the rows that are identical with an earlier one in every column that is used, and in the labels.
func (r *inferring) twins() int {
	var columns []*Column
	for i := range r.schema.Fields {
		if f := &r.schema.Fields[i]; f.Use || f.Role == Label {
			columns = append(columns, r.t.columns[i])
		}
	}
	if len(columns) == 0 {
		return 0
	}
	n, seen, cells := 0, map[rowKey]bool{}, []byte(nil)
	for _, row := range r.rows {
		var key rowKey
		key, cells = keyOf(columns, row, cells)
		if seen[key] {
			n++
		}
		seen[key] = true
	}
	return n
}

// rowKey stands for the texts of a row's cells.
type rowKey [16]byte

// keyOf returns the key of a row, and room for the next.
func keyOf(columns []*Column, row int, room []byte) (rowKey, []byte) {
	room = room[:0]
	for _, c := range columns {
		at := len(room)
		room = c.AppendText(append(room, 0, 0, 0, 0), row)
		binary.LittleEndian.PutUint32(room[at:], uint32(len(room)-at))
	}
	sum := sha256.Sum256(room)
	return rowKey(sum[:16]), room
}
