// Command admin answers the admin API. API Gateway has checked the caller's token.
package main

import (
	"context"
	"crypto/rand"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"frontdesk/shared/access"
	"frontdesk/shared/admin"
	"frontdesk/shared/apigateway"
	"frontdesk/shared/cloud"
)

func main() {
	handler, err := wire(context.Background())
	if err != nil {
		cloud.Fatal(err)
		os.Exit(1)
	}
	lambda.Start(handler)
}

func wire(ctx context.Context) (apigateway.Func, error) {
	c, err := cloud.Open(ctx, "FRONTDESK_CHANNELS", "FRONTDESK_INBOX_QUEUE_URL", "FRONTDESK_RECEIPTS_QUEUE_URL")
	if err != nil {
		return nil, err
	}
	l := &late{Cloud: c, live: c.Live()}
	mux := http.NewServeMux()
	admin.New(admin.Config{
		Store: c.Store, Live: l.live, Give: l.give(), Desk: l, Keeper: l.keeper(), Weekly: l.weekly(), Channels: l.kinds, Approved: l.approved, Zone: c.Zone,
		Now: time.Now, Entropy: rand.Reader, Log: c.Log,
		Authenticate: authenticate(access.Factor{Required: c.OIDCRequireMFA, ACR: c.OIDCStrongACR}),
	}).Routes(mux)
	return apigateway.Handler(mux), nil
}

// authenticate reads who sends a request off the claims that API Gateway has verified.
func authenticate(factor access.Factor) func(*http.Request) (access.Identity, error) {
	return func(r *http.Request) (access.Identity, error) {
		claims := apigateway.Claims(r.Context())
		if err := factor.Check(claims); err != nil {
			return access.Identity{}, err
		}
		return access.FromClaims(claims)
	}
}
