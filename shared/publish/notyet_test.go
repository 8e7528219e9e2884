package publish

import "testing"

func TestWhatTheDeskDoesNotCarryOutIsSaid(t *testing.T) {
	var got []string
	for _, f := range NotYet(with(t, rich)) {
		got = append(got, f.Path)
		if f.Message == "" || f.Fix == "" {
			t.Errorf("got %+v, want a sentence and what to do", f)
		}
	}
	want := []string{"filters[0].then.note", "filters[0].then.notify", "filters[1].then.mute", "filters[2].then.block"}
	if len(got) != len(want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got %v, want %v", got, want)
		}
	}
}
