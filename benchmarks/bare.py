"""What everything is compared with: Gradio alone, one textbox and one echo. `python -m benchmarks.bare PORT`."""

import os
import sys

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr


def main() -> None:
    """Serve it until told to stop."""
    with gr.Blocks() as page:
        box = gr.Textbox()
        box.input(lambda text: text, box, box, queue=False, api_name="echo")
    page.launch(server_port=int(sys.argv[1]), quiet=True, ssr_mode=False)


if __name__ == "__main__":
    main()
