package whatsapp

// What Meta accepts in one message (send-messages, interactive-reply-buttons,
// interactive-list, interactive-cta-url and template pages). Lengths count characters (Unicode code
// points), not bytes. [Sender.Send] refuses what is beyond them without a call.
const (
	MaxText = 4096 // body of a text message

	MaxButtons      = 3    // reply buttons of one message
	MaxButtonTitle  = 20   // label of a reply button
	MaxButtonID     = 256  // id of a reply button
	MaxButtonsBody  = 1024 // body above reply buttons
	MaxListBody     = 4096 // body above a list
	MaxListOpen     = 20   // label that opens a list
	MaxListSections = 10   // sections of one list
	MaxListRows     = 10   // rows of one list, all sections together
	MaxSectionTitle = 24   // title of a section
	MaxRowID        = 200  // id of a list row
	MaxRowTitle     = 24   // title of a list row
	MaxRowText      = 72   // description of a list row

	MaxLinkBody  = 1024 // body above a button that opens a link (interactive-cta-url page)
	MaxLinkTitle = 20   // label of that button
	MaxLink      = 2000 // an address; the page names no limit, buttons of templates have this one (?)

	MaxHeader = 60 // text header of an interactive message
	MaxFooter = 60 // footer of an interactive message

	MaxTemplateName  = 512  // name of an approved template: a-z, 0-9, _
	MaxTemplateParam = 1024 // one parameter: the whole body may hold no more
	MaxRef           = 512  // biz_opaque_callback_data
)
