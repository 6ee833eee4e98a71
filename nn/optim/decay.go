package optim

import (
	"fmt"

	"github.com/neurona-ml/neurona/nn/catalog"
	"github.com/neurona-ml/neurona/nn/fault"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// DecayOption is what Decay returns: an option of every rule but Rprop and those around others.
type DecayOption float64

// Decay shrinks the parameters, biases included, at every step. AdamW, Lion and Muon, and NAdam and RAdam with
// Decoupled, multiply p by 1 - lr·d; LAMB and ScheduleFreeAdamW add d·p to what they step along; the others add
// it to the gradient. d is at least 0. It is PyTorch's weight_decay. NoDecay makes exceptions.
func Decay(d float64) DecayOption { return DecayOption(d) }

func (o DecayOption) applySGD(r *sgd)           { r.decay = float64(o) }
func (o DecayOption) applyMoments(m *moments)   { m.decay = float64(o) }
func (o DecayOption) applyAdam(r *adam)         { r.decay = float64(o) }
func (o DecayOption) applyNAdam(r *nadam)       { r.decay = float64(o) }
func (o DecayOption) applyRAdam(r *radam)       { r.decay = float64(o) }
func (o DecayOption) applyLion(r *lion)         { r.decay = float64(o) }
func (o DecayOption) applyAdadelta(r *adadelta) { r.decay = float64(o) }
func (o DecayOption) applyRMSProp(r *rmsprop)   { r.decay = float64(o) }
func (o DecayOption) applyMuon(r *muon)         { r.decay = float64(o) }
func (o DecayOption) applyAdagrad(r *adagrad)   { r.decay = float64(o) }

// NoDecayOption is what NoDecay returns: an option of every rule but Muon, Rprop and those around others.
type NoDecayOption struct{ roles roleSet }

// NoDecay leaves tensors of these roles without decay. It is short for a group:
//
//	optim.AdamW(1e-3, optim.NoDecay(tensor.Bias, tensor.Scale))
//	optim.Groups(optim.AdamW(1e-3), optim.ByRole(tensor.Bias, tensor.Scale).Decay(0))
func NoDecay(roles ...tensor.Role) NoDecayOption {
	if len(roles) == 0 {
		return NoDecayOption{strangeRole}
	}
	return NoDecayOption{setOf(roles)}
}

func (o NoDecayOption) applySGD(r *sgd)           { r.exempt |= o.roles }
func (o NoDecayOption) applyMoments(m *moments)   { m.exempt |= o.roles }
func (o NoDecayOption) applyAdam(r *adam)         { r.exempt |= o.roles }
func (o NoDecayOption) applyNAdam(r *nadam)       { r.exempt |= o.roles }
func (o NoDecayOption) applyRAdam(r *radam)       { r.exempt |= o.roles }
func (o NoDecayOption) applyLion(r *lion)         { r.exempt |= o.roles }
func (o NoDecayOption) applyAdadelta(r *adadelta) { r.exempt |= o.roles }
func (o NoDecayOption) applyRMSProp(r *rmsprop)   { r.exempt |= o.roles }
func (o NoDecayOption) applyAdagrad(r *adagrad)   { r.exempt |= o.roles }

// exempted is r without decay for tensors of some roles.
func exempted(r Rule, roles roleSet) Rule {
	if roles == 0 {
		return r
	}
	return Groups(r, Group{roles: roles}.Decay(0))
}

// Decayer is implemented by a Rule whose weight decay groups may change.
type Decayer interface {
	// WithDecay returns the rule with another decay.
	WithDecay(d float64) (Rule, error)
}

// withDecay is r with another decay.
func withDecay(r Rule, d float64) (Rule, error) {
	if r, ok := r.(Decayer); ok {
		return r.WithDecay(d)
	}
	return nil, fmt.Errorf("%s: its decay cannot be changed: it is no optim.Decayer", r)
}

func decayParam(byDefault string) catalog.Param {
	return catalog.Param{Name: "decay", Kind: catalog.Number, Default: byDefault, Range: catalog.AtLeast(0), Help: "how much parameters shrink", Formerly: []string{"weight_decay"}}
}

// checkDecay reports a decay that is none.
func checkDecay(of string, d float64) error { return fault.NonNegative(of, "decay", d) }
