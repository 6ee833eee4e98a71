package model_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"testing"

	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/model"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// FuzzRead: whatever metadata say, they are refused, or a model that answers and is saved again.
func FuzzRead(f *testing.F) {
	m, records := flats(f, "heating", model.Hidden(layer.Dense(2)))
	var text bytes.Buffer
	if _, err := m.WriteTo(&text); err != nil {
		f.Fatal(err)
	}
	var header map[string]json.RawMessage
	if err := json.Unmarshal(text.Bytes()[8:8+binary.LittleEndian.Uint64(text.Bytes())], &header); err != nil {
		f.Fatal(err)
	}
	var meta map[string]string
	if err := json.Unmarshal(header["__metadata__"], &meta); err != nil {
		f.Fatal(err)
	}
	f.Add(meta[model.MetadataKey])
	f.Add(`{"format":3,"loss":"cross_entropy","drawn":{"inputs":40,"classes":["a","b","c"]},"scores":[{"part":"test","rows":1,"targets":[{"label":""}]}],"provenance":{"data":"circle","seed":1,"asked":7}}`)
	f.Add(`{"format":2,"data":"/a/b.csv","loss":"cross_entropy","drawn":{"inputs":40,"classes":["a","b","c"]}}`)
	f.Add(`{"format":1,"loss":"cross_entropy","classes":["a","b","c"]}`)
	net, err := nn.New(tensor.Shape{m.Network().Inputs()}, layer.Stack(layer.Dense(3)))
	if err != nil {
		f.Fatal(err)
	}
	defer net.Close()
	tab, err := table.FromRecords(records[:3])
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, task string) {
		var file bytes.Buffer
		if err := net.Save(&file, map[string]string{model.MetadataKey: task}); err != nil {
			return // it is no text
		}
		m, err := model.Read(&file)
		if err != nil {
			return
		}
		defer m.Close()
		_, _, _ = m.Predict(tab, nil) // columns may be called otherwise
		_, _ = m.Records(table.IgnoreUnknown(), table.AbsentIsMissing()).Predict(records[0])
		_, _, _ = m.Evaluate(tab)
		var again bytes.Buffer
		if _, err := m.WriteTo(&again); err != nil {
			t.Fatal(err)
		}
		first := again.String()
		second, err := model.Read(&again)
		if err != nil {
			t.Fatalf("%v\n%s", err, task)
		}
		defer second.Close()
		again.Reset()
		if _, err := second.WriteTo(&again); err != nil || again.String() != first {
			t.Fatalf("%v: it is something else when it has been saved twice\n%s", err, task)
		}
	})
}
