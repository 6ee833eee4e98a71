package table

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
)

// Hash is the SHA-256 of the columns' names and of all cells as they are spelt: "sha256:" and 64 digits. It is the same for the same cells,
// however they are separated and quoted, in how many files they came, and in whatever encoding.
func (t *Table) Hash() string {
	h := hasher{Hash: sha256.New()}
	h.number(uint64(len(t.columns)))
	h.number(uint64(t.rows))
	for _, c := range t.columns {
		h.text([]byte(c.Name))
		var cell []byte
		for row := range t.rows {
			cell = c.AppendText(cell[:0], row)
			h.text(cell)
		}
	}
	h.flush()
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}

// hasher gathers what is short.
type hasher struct {
	hash.Hash
	room []byte
}

func (h *hasher) number(n uint64) { h.room = binary.LittleEndian.AppendUint64(h.room, n) }

// text adds a text and its length, so that no two lists of texts are alike.
func (h *hasher) text(s []byte) {
	h.number(uint64(len(s)))
	if h.room = append(h.room, s...); len(h.room) > 1<<14 {
		h.flush()
	}
}

func (h *hasher) flush() {
	h.Write(h.room) // never fails
	h.room = h.room[:0]
}
