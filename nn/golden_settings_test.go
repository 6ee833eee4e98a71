package nn

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/neurona-ml/neurona/nn/optim"
)

// goldenSettings are what a file says of a rule or a loss, by PyTorch's names.
type goldenSettings map[string]json.RawMessage

// setting takes one of the settings that are left.
func setting[T any](t *testing.T, left goldenSettings, name string) (v T) {
	t.Helper()
	if err := json.Unmarshal(left[name], &v); err != nil {
		t.Fatalf("setting %s of %s: %v", name, left, err)
	}
	delete(left, name)
	return v
}

// goldenRule is PyTorch's rule of those settings. It fails at one that it does not read.
func goldenRule(t *testing.T, settings goldenSettings) optim.Rule {
	t.Helper()
	left := maps.Clone(settings)
	kind := setting[string](t, left, "kind")
	read := goldenRules[kind]
	if read == nil {
		t.Fatalf("no rule for %s", settings)
	}
	rule := read(t, left)
	if len(left) > 0 {
		t.Fatalf("no rule for %s: %s is not read", settings, left)
	}
	return rule
}

func (s goldenSettings) number(t *testing.T, name string) float64 {
	return setting[float64](t, s, name)
}
func (s goldenSettings) flag(t *testing.T, name string) bool { return setting[bool](t, s, name) }

func (s goldenSettings) betas(t *testing.T) optim.BetasOption {
	betas := setting[[]float64](t, s, "betas")
	return optim.Betas(betas[0], betas[1])
}

func (s goldenSettings) decay(t *testing.T) optim.DecayOption {
	return optim.Decay(s.number(t, "weight_decay"))
}

func (s goldenSettings) epsilon(t *testing.T) optim.EpsilonOption {
	return optim.Epsilon(s.number(t, "eps"))
}

// goldenRules reads the settings of rules by kind.
var goldenRules map[string]func(t *testing.T, s goldenSettings) optim.Rule

func init() { // muon reads another rule
	goldenRules = map[string]func(t *testing.T, s goldenSettings) optim.Rule{
		"sgd": func(t *testing.T, s goldenSettings) optim.Rule {
			opts := []optim.SGDOption{optim.Momentum(s.number(t, "momentum")), optim.Dampening(s.number(t, "dampening")), s.decay(t)}
			if s.flag(t, "nesterov") {
				opts = append(opts, optim.Nesterov())
			}
			return optim.SGD(s.number(t, "lr"), opts...)
		},
		"adam":  func(t *testing.T, s goldenSettings) optim.Rule { return goldenAdam(t, s, optim.Adam) },
		"adamw": func(t *testing.T, s goldenSettings) optim.Rule { return goldenAdam(t, s, optim.AdamW) },
		"adamax": func(t *testing.T, s goldenSettings) optim.Rule {
			return optim.Adamax(s.number(t, "lr"), s.betas(t), s.epsilon(t), s.decay(t))
		},
		"nadam": func(t *testing.T, s goldenSettings) optim.Rule {
			opts := []optim.NAdamOption{s.betas(t), s.epsilon(t), s.decay(t), optim.MomentumDecay(s.number(t, "momentum_decay"))}
			if s.flag(t, "decoupled_weight_decay") {
				opts = append(opts, optim.Decoupled())
			}
			return optim.NAdam(s.number(t, "lr"), opts...)
		},
		"radam": func(t *testing.T, s goldenSettings) optim.Rule {
			opts := []optim.RAdamOption{s.betas(t), s.epsilon(t), s.decay(t)}
			if s.flag(t, "decoupled_weight_decay") {
				opts = append(opts, optim.Decoupled())
			}
			return optim.RAdam(s.number(t, "lr"), opts...)
		},
		"rmsprop": func(t *testing.T, s goldenSettings) optim.Rule {
			opts := []optim.RMSPropOption{optim.Alpha(s.number(t, "alpha")), s.epsilon(t), optim.Momentum(s.number(t, "momentum")), s.decay(t)}
			if s.flag(t, "centered") {
				opts = append(opts, optim.Centered())
			}
			return optim.RMSProp(s.number(t, "lr"), opts...)
		},
		"adagrad": func(t *testing.T, s goldenSettings) optim.Rule {
			return optim.Adagrad(s.number(t, "lr"), s.epsilon(t),
				optim.InitialSum(s.number(t, "initial_accumulator_value")), optim.RateDecay(s.number(t, "lr_decay")), s.decay(t))
		},
		"adadelta": func(t *testing.T, s goldenSettings) optim.Rule {
			return optim.Adadelta(s.number(t, "lr"), optim.Rho(s.number(t, "rho")), s.epsilon(t), s.decay(t))
		},
		"lion": func(t *testing.T, s goldenSettings) optim.Rule {
			return optim.Lion(s.number(t, "lr"), s.betas(t), s.decay(t))
		},
		"rprop": func(t *testing.T, s goldenSettings) optim.Rule {
			etas, sizes := setting[[]float64](t, s, "etas"), setting[[]float64](t, s, "step_sizes")
			return optim.Rprop(s.number(t, "lr"), optim.Factors(etas[0], etas[1]), optim.StepSizes(sizes[0], sizes[1]))
		},
		"lamb": func(t *testing.T, s goldenSettings) optim.Rule {
			return optim.LAMB(s.number(t, "lr"), s.betas(t), s.epsilon(t), s.decay(t))
		},
		"schedule_free_adamw": func(t *testing.T, s goldenSettings) optim.Rule {
			return optim.ScheduleFreeAdamW(s.number(t, "lr"), s.betas(t), s.epsilon(t), s.decay(t))
		},
		"muon_and_adamw": func(t *testing.T, s goldenSettings) optim.Rule {
			others := setting[goldenSettings](t, s, "adamw")
			setting[[]string](t, others, "parameters") // those that are not muon's
			others["kind"], others["amsgrad"] = json.RawMessage(`"adamw"`), json.RawMessage("false")
			return goldenMuon(t, setting[goldenSettings](t, s, "muon"), goldenRule(t, others))
		},
	}
}

func goldenAdam(t *testing.T, s goldenSettings, adam func(float64, ...optim.AdamOption) optim.Rule) optim.Rule {
	opts := []optim.AdamOption{s.betas(t), s.epsilon(t), s.decay(t)}
	if s.flag(t, "amsgrad") {
		opts = append(opts, optim.AMSGrad())
	}
	return adam(s.number(t, "lr"), opts...)
}

func goldenMuon(t *testing.T, left goldenSettings, others optim.Rule) optim.Rule {
	t.Helper()
	number := func(name string) float64 { return setting[float64](t, left, name) }
	coefficients, epsilon := setting[[]float64](t, left, "ns_coefficients"), number("eps")
	if !slices.Equal(coefficients, []float64{3.4445, -4.775, 2.0315}) || epsilon != 1e-7 {
		t.Fatalf("no muon for the coefficients %v and the epsilon %v", coefficients, epsilon)
	}
	opts := []optim.MuonOption{
		optim.Momentum(number("momentum")), optim.Decay(number("weight_decay")),
		optim.Iterations(setting[int](t, left, "ns_steps")),
		optim.On(ourNames(setting[[]string](t, left, "parameters"))...), optim.Others(others),
	}
	if !setting[bool](t, left, "nesterov") {
		opts = append(opts, optim.NoNesterov())
	}
	switch adjust := setting[string](t, left, "adjust_lr_fn"); adjust {
	case "original":
	case "match_rms_adamw":
		opts = append(opts, optim.MatchAdamW())
	default:
		t.Fatalf("no muon for the adjustment %s", adjust)
	}
	rate := number("lr")
	if len(left) > 0 {
		t.Fatalf("no muon that reads %s", left)
	}
	return optim.Muon(rate, opts...)
}

// ourNames are the names here of parameters in a file.
func ourNames(list []string) []string {
	names := make([]string, len(list))
	for i, name := range list {
		names[i] = "layers." + name
	}
	return names
}
