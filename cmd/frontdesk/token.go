package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"time"

	"frontdesk/shared/access"
)

// maxDays is how long a token may live at most.
const maxDays = 366

// tokenCommand prints a token for the admin API of this machine.
func tokenCommand(_ context.Context, args []string, env func(string) string, stdout, stderr io.Writer) error {
	f := newFlags("token", "frontdesk token --role ROLE [--name NAME] [--days N]\nprints a token for the admin API of this machine")
	role := f.String("role", "", "admin, or viewer (reads everything but phone numbers)")
	name := f.String("name", "", "who it is for, as the audit shows it (default: the role)")
	days := f.Int("days", 30, "for how many days it is valid")
	words, err := f.parse(args, stderr)
	switch {
	case err != nil:
		return err
	case len(words) > 0 || *role == "":
		return f.wrongUse()
	case *days < 1 || *days > maxDays:
		return fmt.Errorf("--days must be from 1 to %d", maxDays)
	case env("FRONTDESK_OIDC_ISSUER") != "":
		return errors.New("this desk lets people in through FRONTDESK_OIDC_ISSUER, so it takes no tokens of its own")
	}
	if *name == "" {
		*name = *role
	}
	signer, err := signerOf(env, func(folder string) ([]byte, error) { return access.Key(folder, rand.Reader) })
	if err != nil {
		return err
	}
	life := time.Duration(*days) * 24 * time.Hour
	token, err := signer.Sign(access.Identity{Name: *name, Role: *role}, life)
	if err != nil {
		return err
	}
	fmt.Fprintln(stdout, token)
	fmt.Fprintf(stderr, "Valid until %s. Send it as Authorization: Bearer TOKEN, or put it into FRONTDESK_TOKEN.\n", time.Now().Add(life).Format(time.DateOnly))
	return nil
}
