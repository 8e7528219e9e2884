package main

import (
	"context"
	"crypto/rand"
	"net/http"
	"time"

	"frontdesk/shared/access"
	"frontdesk/shared/access/oidc"
	"frontdesk/shared/admin"
	"frontdesk/shared/approved"
	"frontdesk/shared/publish"
)

// openAdmin makes the admin API of this machine.
func (p *program) openAdmin(context.Context) error {
	authenticate, err := p.authenticate()
	if err != nil {
		return err
	}
	channels := p.named()
	p.admin = admin.New(admin.Config{
		Store: p.store, Live: p.desk.Live, Give: p.desk.Give, Desk: p.desk, Keeper: p.keeper, Weekly: p.weekly,
		Channels: func(context.Context) ([]publish.Channel, error) { return channels, nil },
		Approved: func(ctx context.Context) ([]approved.Known, error) { return approved.Read(ctx, p.store, p.channels) },
		Zone:     p.cfg.Zone, Now: time.Now, Entropy: rand.Reader, Authenticate: authenticate, Log: p.log,
	})
	return nil
}

// named are the channels as a playbook names them.
func (p *program) named() []publish.Channel {
	out := make([]publish.Channel, 0, len(p.channels))
	for _, ch := range p.channels {
		out = append(out, publish.Channel{ID: ch.ID, Kind: ch.Kind})
	}
	return out
}

// authenticate says who signs admins in: the OpenID Connect provider when one is
// set, else the key of this machine (frontdesk token), which is made now if there
// is none.
func (p *program) authenticate() (func(*http.Request) (access.Identity, error), error) {
	if p.cfg.OIDCIssuer != "" {
		verifier := oidc.New(p.cfg.OIDCIssuer, p.cfg.OIDCAudience, time.Now)
		verifier.Factor = access.Factor{Required: p.cfg.OIDCRequireMFA, ACR: p.cfg.OIDCStrongACR}
		return verifier.Authenticate, nil
	}
	key, err := access.Key(p.cfg.Data, rand.Reader)
	if err != nil {
		return nil, err
	}
	return access.Signer{Key: key, Now: time.Now, Entropy: rand.Reader}.Authenticate, nil
}
