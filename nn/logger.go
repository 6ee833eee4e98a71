package nn

import "log/slog"

// Log logs a line for each epoch, at level Info: its number, loss,
// accuracy, learning rate and speed, and what validation has given. Where samples
// have several labels there is label_accuracy too: see Metrics. If the products are not
// done in the precision that was asked for, the first line says so, at level
// Warn, with the attributes asked, used and why. A nil logs nothing.
func Log(l *slog.Logger) Callback {
	if l == nil {
		return Callback{}
	}
	return Callback{
		Name:  "log",
		Start: func(r *Run) error { logPrecision(r, l); return nil },
		Epoch: func(r *Run, e *EpochInfo) error { logEpoch(r, l, e); return nil },
	}
}

func logPrecision(r *Run, l *slog.Logger) {
	n := r.Trainer.net
	if n.precision == n.asked {
		return
	}
	l.LogAttrs(r.Context, slog.LevelWarn, "precision is not as asked",
		slog.String("asked", string(n.asked)),
		slog.String("used", string(n.precision)),
		slog.String("why", n.why))
}

func logEpoch(r *Run, l *slog.Logger, e *EpochInfo) {
	attrs := []slog.Attr{
		slog.Int("epoch", e.Epoch),
		slog.Float64("loss", e.Loss),
		slog.Float64("accuracy", e.Accuracy),
		slog.Float64("rate", e.Rate),
		slog.Float64("samples_per_second", e.SamplesPerSecond),
	}
	v := e.Validation
	if v != nil {
		attrs = append(attrs, slog.Float64("validation_loss", v.Loss))
		if _, asked := v.Value("accuracy"); !asked { // which has its place below
			attrs = append(attrs, slog.Float64("validation_accuracy", v.Accuracy))
		}
	}
	if r.Trainer.loss.multilabel != nil && e.LabelAccuracy == e.LabelAccuracy {
		attrs = append(attrs, slog.Float64("label_accuracy", e.LabelAccuracy))
		if v != nil {
			attrs = append(attrs, slog.Float64("validation_label_accuracy", v.LabelAccuracy))
		}
	}
	if v != nil {
		for _, m := range v.Values {
			attrs = append(attrs, slog.Float64("validation_"+m.Name, m.Value))
		}
	}
	l.LogAttrs(r.Context, slog.LevelInfo, "epoch", attrs...)
}
