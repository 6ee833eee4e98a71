package loss
import ("testing";"fmt";"math/rand/v2";"github.com/neurona-ml/neurona/nn/tensor";"github.com/neurona-ml/neurona/nn/data";"github.com/neurona-ml/neurona/kernels")
func BenchmarkZZ(b *testing.B){
 sets := kernels.Sets()
 k := sets[len(sets)-1]
 for _, cols := range []int{10,100,1000} {
  rng := rand.New(rand.NewPCG(1,2))
  rows := 25600/cols
  mk := func(c int, f func() float32) tensor.Matrix { m := tensor.Matrix{Rows:rows,Cols:c,Stride:c,Data:make([]float32,rows*c)}; for i:= range m.Data {m.Data[i]=f()}; return m}
  y := mk(cols, func() float32 {return float32(rng.NormFloat64())})
  dy := mk(cols, func() float32 {return 0})
  vals := mk(cols, func() float32 {return float32(rng.NormFloat64())})
  half := mk(cols/2, func() float32 {return float32(rng.NormFloat64())})
  p := mk(cols, func() float32 {return rng.Float32()})
  for i := range rows { s:=float32(0); for _,v:= range tensor.Row(p,i) {s+=v}; for j := range tensor.Row(p,i) {tensor.Row(p,i)[j]/=s}}
  labels := make([]int, rows); for i := range labels {labels[i]=rng.IntN(cols)}
  for _, c := range []struct{n string; l Loss; t data.Target}{
   {"huber", Huber(1), data.Values(vals)},
   {"log_cosh", LogCosh(), data.Values(vals)},
   {"ce", CrossEntropy(), data.Labels(labels)},
   {"ce_smooth", CrossEntropy(Smoothing(0.1)), data.Labels(labels)},
   {"ce_dist", CrossEntropy(), data.Values(p)},
   {"kl", KLDiv(), data.Values(p)},
   {"mm1", MultiMargin(1,1), data.Labels(labels)},
   {"mm2", MultiMargin(2,1), data.Labels(labels)},
   {"focal", Focal(2), data.Labels(labels)},
   {"gauss", Gaussian(), data.Values(half)},
   {"gaussvar", Gaussian(Variances(1e-6)), data.Values(half)},
  } {
   l := Bind(c.l, k)
   for _, grad := range []bool{true,false} {
    yy := y
    if c.n=="gaussvar" { yy = mk(cols, func() float32 {return rng.Float32()+0.1}) }
    b.Run(fmt.Sprintf("%s/cols=%d/grad=%t", c.n, cols, grad), func(b *testing.B){
     d := dy; if !grad {d=tensor.Matrix{}}
     for b.Loop() { l.Sum(yy,c.t,d,0.01) }
     b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(rows*cols),"ns/el")
    })
   }
  }
 }
}
