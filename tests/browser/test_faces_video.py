"""A video file in a real browser: upload, progress, a way out, and a video that plays."""

from pathlib import Path

from playwright.sync_api import expect

from tests import clips


def test_a_clip_is_annotated_played_and_downloaded(visit, tmp_path: Path) -> None:
    visiting = visit()
    page = visiting.page
    visiting.tab("Faces")
    visiting.tab("Video file")
    status = page.locator("#faces-video-status")
    expect(status).to_contain_text("enrol people under “Who is it?” first")
    page.locator("#faces-video-file input[type=file]").set_input_files(clips.two_people(tmp_path / "long.mp4", 60))
    expect(status).to_contain_text("60.0 s long")
    page.locator("#faces-video-start").click()
    expect(status.locator("[role=progressbar]")).to_be_attached()
    expect(status).to_contain_text("frames per second")
    page.locator("#faces-video-cancel").click()
    expect(status).to_contain_text("Cancelled")
    assert not page.locator("#faces-video-result video").count()

    page.locator("#faces-video-file [aria-label='Clear'], #faces-video-file [title='Clear']").first.click()
    page.locator("#faces-video-file input[type=file]").set_input_files(clips.two_people(tmp_path / "short.mp4", 2))
    expect(status).to_contain_text("2.0 s long")
    page.locator("#faces-video-start").click()
    expect(status).to_contain_text("24 frames")
    video = page.locator("#faces-video-result video")
    expect(video).to_be_visible()
    page.wait_for_function("document.querySelector('#faces-video-result video').videoWidth > 0")
    assert video.evaluate("one => [one.videoWidth, one.videoHeight]") == [clips.WIDE, clips.HIGH]
    video.evaluate("one => { one.muted = true; return one.play(); }")
    page.wait_for_function("document.querySelector('#faces-video-result video').currentTime > 0")
    with page.expect_download() as loaded:
        page.locator("#faces-video-download").click()
    assert loaded.value.suggested_filename == "short_faces.mp4"
    page.get_by_role("button", name="中文").click()
    expect(status).to_contain_text("共 24 帧")
    expect(page.locator("#faces-video-summary")).to_contain_text("不认识")
    expect(page.locator("#faces-video-file")).to_contain_text("点击上传")
    assert not visiting.outside


def test_a_file_over_the_limit_is_refused_in_the_readers_language(visit, tmp_path: Path) -> None:
    visiting = visit("?lang=zh")
    visiting.tab("人脸")
    visiting.tab("视频文件")
    with (tmp_path / "huge.mp4").open("wb") as file:
        file.truncate(65 * 2**20)
    visiting.page.locator("#faces-video-file input[type=file]").set_input_files(tmp_path / "huge.mp4")
    expect(visiting.page.get_by_test_id("toast-text")).to_have_text("这个文件太大：最多 64 MB。请缩小或剪短后再上传。")
