package optim

import (
	"slices"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// roleSet is some roles: bit r is role r.
type roleSet uint32

// strangeRole is the bit of what is no role of a trained tensor.
const strangeRole roleSet = 1 << 31

func setOf(roles []tensor.Role) (s roleSet) {
	for _, r := range roles {
		if slices.Contains(trainedRoles(), r) {
			s |= 1 << r
		} else {
			s |= strangeRole
		}
	}
	return s
}

func (s roleSet) has(r tensor.Role) bool { return s>>r&1 != 0 }

// trainedRoles are the roles of tensors that rules change.
func trainedRoles() []tensor.Role {
	return []tensor.Role{tensor.Weight, tensor.Bias, tensor.Scale, tensor.Embedding}
}

// names are the words of s, in the order of roles.
func (s roleSet) names() (list []string) {
	for _, r := range trainedRoles() {
		if s.has(r) {
			list = append(list, r.String())
		}
	}
	return list
}

// roles are the roles of trained tensors by name.
func roles() catalog.Catalog[tensor.Role] {
	c := catalog.New[tensor.Role]("role")
	for _, r := range trainedRoles() {
		c = c.With(catalog.Part[tensor.Role]{
			Name: r.String(), Help: "tensors of this role",
			New: func(catalog.Args) (tensor.Role, error) { return r, nil },
		})
	}
	return c
}
