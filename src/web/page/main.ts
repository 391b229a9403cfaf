document.title = "Cloudtap";
