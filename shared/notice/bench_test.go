package notice_test

import (
	"testing"

	"frontdesk/shared/notice"
	"frontdesk/shared/playbook"
)

func BenchmarkFor(b *testing.B) {
	quiet := &playbook.Playbook{Languages: []string{"en"}}
	for name, p := range map[string]*playbook.Playbook{"nobody wants to know": quiet, "one channel": book("en")} {
		b.Run(name, func(b *testing.B) {
			e := happened(0)
			b.ReportAllocs()
			for b.Loop() {
				notice.For(p, e)
			}
		})
	}
}
