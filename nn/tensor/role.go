package tensor

import "fmt"

// Role is what a Tensor is for. Decay, rates of their own and what is frozen hang on it.
type Role uint8

// The roles of tensors.
const (
	Weight    Role = iota // what inputs are multiplied by
	Bias                  // what is added
	Scale                 // what a normalised feature is multiplied by
	Embedding             // rows that are looked up
	Buffer                // saved, though not trained: running statistics
)

var roles = [...]string{"weight", "bias", "scale", "embedding", "buffer"}

// String returns the role's word: "weight".
func (r Role) String() string {
	if int(r) < len(roles) {
		return roles[r]
	}
	return fmt.Sprintf("role %d", uint8(r))
}
