package functions

import (
	"fmt"
	"os"
	"testing"

	"frontdesk/shared/lambdatest"
)

func TestGen(t *testing.T) {
	ch, _ := os.ReadFile("../events/channels.json")
	c := lambdatest.NewCloud(t, ch, "http://127.0.0.1:9", "t")
	f := lambdatest.Start(t, lambdatest.Build(t, "./webhook"), c.Env())
	for _, n := range []string{"webhook-post", "webhook-post-base64", "webhook-post-status", "webhook-get"} {
		e, _ := os.ReadFile("../events/" + n + ".json")
		out, err := f.Invoke(e)
		fmt.Println(n, string(out), err, f.Log())
	}
	fmt.Printf("%+v\n%+v\n", c.SQS.Sent(lambdatest.InboxURL), c.SQS.Sent(lambdatest.ReceiptsURL))
}
