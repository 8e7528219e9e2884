package sqs_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"

	"frontdesk/shared/inbox"
	"frontdesk/shared/inbox/inboxtest"
	"frontdesk/shared/inbox/sqs"
)

// realClient is AWS's own client in front of a server of the test.
func realClient(url string) *awssqs.Client {
	return awssqs.New(awssqs.Options{
		Region: "us-east-1", BaseEndpoint: &url, Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "a-secret-key", ""),
	})
}

// With AWS's own client, too, no failure shows the key or what was sent.
func TestPutThroughTheRealClientShowsNoSecret(t *testing.T) {
	quoting := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		message, err := json.Marshal("not allowed: " + string(sent) + r.Header.Get("Authorization"))
		if err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `{"__type":"com.amazonaws.sqs#InvalidMessageContents","message":%s}`, message)
	}))
	defer quoting.Close()
	gone := httptest.NewServer(nil)
	gone.Close()
	cases := []struct{ name, url, want string }{
		{"an answer that quotes the request", quoting.URL, "put 1 jobs: 1 not kept: SQS answered InvalidMessageContents"},
		{"no connection", gone.URL, "connection refused"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			job := inbox.Job{ID: "wamid.16505551234", Group: "g", Body: []byte(`"my name is Ada"`)}
			err := sqs.New(realClient(c.url), inboxtest.URL).Put(t.Context(), job)
			if got := fmt.Sprint(err); !strings.Contains(got, c.want) {
				t.Errorf("got %q, want it to hold %q", got, c.want)
			}
			for _, secret := range []string{"Ada", "16505551234", "AKIDEXAMPLE", "a-secret-key", "Signature="} {
				if strings.Contains(fmt.Sprint(err), secret) {
					t.Errorf("the error shows %q: %v", secret, err)
				}
			}
		})
	}
}
